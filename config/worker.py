"""The worker of `make run`, with the clock as one of its threads."""

import logging
import os
import sys
from pathlib import Path
from threading import Event, Thread
from typing import Any

from celery import bootsteps
from celery.beat import Service
from celery.bin.celery import celery

from config.celery import app
from config.clock import Clock

logger = logging.getLogger(__name__)

THREADS = 4
PAUSE = 5.0  # seconds before a clock that has ended by itself starts again


class Beat(Thread):
    """
    The scheduler's thread. It restarts after any error, and a stopping worker does not wait for it.

    Celery's own thread does neither: a full disk ended it, and the worker hung.
    """

    def __init__(self, app: Any, filename: str) -> None:
        super().__init__(name="Beat", daemon=True)
        self._app = app
        self._filename = filename
        self._is_over = Event()
        self._service = self._make()

    def run(self) -> None:
        self._app.set_current()
        while not self._is_over.is_set():
            try:
                self._service.start()
            except Exception:
                logger.exception("The clock has stopped and starts again")
                self._is_over.wait(PAUSE)
                self._service = self._make()

    def stop(self) -> None:
        self._is_over.set()
        self._service.stop()
        self.join(PAUSE)

    def _make(self) -> Service:
        return Service(
            self._app, max_interval=1, schedule_filename=self._filename, scheduler_cls=Clock
        )


class ClockThread(bootsteps.StartStopStep):
    """Sends the tasks that are due; Celery's own --beat would be a process as large again."""

    def create(self, parent: Any) -> Any:
        """The thread; the worker starts and stops it."""
        return Beat(parent.app, sys.argv[1])


if __name__ == "__main__":
    # At a signal Celery writes plain text to standard output; the log, in JSON, is standard error.
    with Path(os.devnull).open("w") as null:
        os.dup2(null.fileno(), sys.stdout.fileno())
    app.steps["worker"].add(ClockThread)
    words = [
        "--quiet",  # no banner: each line of the log is JSON
        *("worker", "--pool", "threads", "--concurrency", str(THREADS)),
        *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
    ]
    # As `app.worker_main` does, which says that all is well however the worker has ended.
    celery.params[0].default = app
    sys.exit(celery.main(args=words, standalone_mode=False))
