"""What the last proof of the whole stock has found, for whoever watches the shop."""

import time
from contextlib import suppress
from dataclasses import dataclass

from redis import RedisError

from core.redis import client

NAME = "stock:proof"


@dataclass(frozen=True)
class Proof:
    """How many numbers were wrong, and when that was."""

    differences: int
    at: float


def note(differences: int) -> None:
    """Keep it until the next one. Without Redis nobody hears of it."""
    with suppress(RedisError):
        client().hset(NAME, mapping={"differences": differences, "at": time.time()})


def last() -> list[Proof]:
    """The last one; empty if there is none, or nobody knows."""
    try:
        found = client().hgetall(NAME)
    except RedisError:
        return []
    return [Proof(int(found["differences"]), float(found["at"]))] if found else []
