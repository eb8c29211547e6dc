"""The queues that tasks wait in, one for each kind of work."""

from typing import Any

from celery import current_app
from kombu.exceptions import KombuError
from redis.exceptions import RedisError


def names() -> list[str]:
    """Each kind of work, the most urgent first."""
    return [queue.name for queue in current_app.conf.task_queues]


def waiting() -> dict[str, int]:
    """How many tasks wait in each queue; empty while the broker is away."""
    try:
        with current_app.connection_for_read() as connection:
            # This one does not try again and again, unlike other ways to a channel.
            channel: Any = connection.default_channel
            pipe = channel.client.pipeline(transaction=False)
            for name in names():
                pipe.llen(name)
            return dict(zip(names(), map(int, pipe.execute()), strict=True))
    except (RedisError, KombuError, OSError):
        return {}


def state() -> str:
    """`ok` or `away`."""
    return "ok" if waiting() else "away"
