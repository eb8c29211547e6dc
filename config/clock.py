"""The scheduler: skips runs that no worker would take, and survives clock changes."""

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler

logger = logging.getLogger(__name__)

# This many tasks may wait in a queue without a worker; one of each would do.
MAX_WAITING = 1_000
JUMP = 1.0  # seconds; less is the usual correction


class Clock(PersistentScheduler):
    """
    Celery's scheduler, but a queue without a worker does not grow with every tick.

    It would fill the broker's memory, which carts may share. And when the machine's clock is set
    back, tasks do not wait until it has caught up.
    """

    _store: Any  # Celery's shelf of last runs
    _ahead: float | None = None  # the machine's time at a reading of the monotonic clock

    def tick(self, *args: Any, **options: Any) -> Any:
        """Send due tasks; returns the seconds until the next one."""
        ahead = time.time() - time.monotonic()
        if self._ahead is None or ahead < self._ahead - JUMP:
            self._forget_the_future()
        self._ahead = ahead
        return super().tick(*args, **options)

    def sync(self) -> None:
        """Record the last runs. On a full disk the record waits, the tasks do not."""
        try:
            super().sync()
        except OSError as error:
            self._store.writeback = True  # the store has switched it off, and would not try again
            logger.warning("The clock cannot write its file: %s", error)

    def _forget_the_future(self) -> None:
        """A last run in the future counts as a run just now."""
        for entry in self.schedule.values():
            now: Any = entry.default_now()
            entry.last_run_at = min(entry.last_run_at or now, now)
        self._heap = None  # made again of the entries

    def apply_async(
        self,
        entry: Any,
        producer: Any = None,
        advance: bool = True,
        **options: Any,
    ) -> Any:
        """Put the task into its queue, unless that is full."""
        if self._is_full(entry, producer or self.producer):
            return None
        return super().apply_async(entry, producer=producer, advance=advance, **options)

    def _is_full(self, entry: Any, producer: Any) -> bool:
        route = self.app.amqp.router.route(dict(entry.options), entry.task)
        waiting = producer.channel.client.llen(route["queue"].name)
        return int(waiting) >= MAX_WAITING
