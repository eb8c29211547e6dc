"""The worker of `make run`, with the clock as one of its threads."""

import sys
from typing import Any

from celery import bootsteps
from celery.beat import EmbeddedService
from celery.bin.celery import celery

from config.celery import app
from config.clock import Clock

THREADS = 4


class ClockThread(bootsteps.StartStopStep):
    """Sends the tasks that are due; Celery's own --beat would be a process as large again."""

    def create(self, parent: Any) -> Any:
        """The thread; the worker starts and stops it."""
        return EmbeddedService(
            parent.app, thread=True, schedule_filename=sys.argv[1], scheduler_cls=Clock
        )


if __name__ == "__main__":
    app.steps["worker"].add(ClockThread)
    words = [
        *("worker", "--pool", "threads", "--concurrency", str(THREADS)),
        *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
    ]
    # As `app.worker_main` does, which says that all is well however the worker has ended.
    celery.params[0].default = app
    sys.exit(celery.main(args=words, standalone_mode=False))
