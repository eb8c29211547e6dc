"""The queues that tasks wait in, one for each kind of work, and whether somebody works on them."""

from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.core.cache import cache
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

BEATS_EVERY = 30  # seconds
LAST_BEAT = "pulse:worker:"
# An older value means that the queue is not worked off.
BEAT_LATE = timedelta(minutes=2)


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


def beat(queue: str) -> None:
    """Say that a task that was put into this queue a moment ago is being worked off now."""
    cache.set(f"{LAST_BEAT}{queue}", timezone.now(), None)


def last_beats() -> dict[str, datetime]:
    """When a task of each queue last finished; queues without a record are left out."""
    known = cache.get_many([f"{LAST_BEAT}{name}" for name in names()])
    return {key.removeprefix(LAST_BEAT): moment for key, moment in known.items()}


def idle() -> str:
    """`ok`, or the queues from which no worker has taken a task for minutes."""
    beats, late = last_beats(), timezone.now() - BEAT_LATE
    found = [name for name in names() if name not in beats or beats[name] < late]
    return f"idle: {', '.join(found)}" if found else "ok"
