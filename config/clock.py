"""The clock, which asks for nothing that nobody comes to do."""

from typing import Any

from celery.beat import PersistentScheduler

# As many tasks may wait for a worker that is away: all of them once would be enough.
MOST_WAITING = 1_000


class Clock(PersistentScheduler):
    """
    Celery's own, but a queue without a worker does not grow with every tick.

    It would fill the broker's memory, and where carts lie there too, shoppers would notice.
    """

    def apply_async(
        self,
        entry: Any,
        producer: Any = None,
        advance: bool = True,  # noqa: FBT001, FBT002 - as Celery calls it
        **options: Any,
    ) -> Any:
        """Put the task into its queue, unless that is full."""
        if self._is_full(entry, producer or self.producer):
            return None
        return super().apply_async(entry, producer=producer, advance=advance, **options)

    def _is_full(self, entry: Any, producer: Any) -> bool:
        route = self.app.amqp.router.route(dict(entry.options), entry.task)
        waiting = producer.channel.client.llen(route["queue"].name)
        return int(waiting) >= MOST_WAITING
