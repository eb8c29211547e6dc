"""What the last check of all stock and of all orders found, for those who watch the shop."""

import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from redis import RedisError

from core.redis import client


class Proven(StrEnum):
    STOCK = "stock:proof"
    ORDERS = "orders:proof"


@dataclass(frozen=True)
class Proof:
    """How many facts were wrong, and when that was."""

    differences: int
    at: float


def note(what: Proven, differences: int) -> None:
    """Keep it until the next one. Without Redis nobody hears of it."""
    with suppress(RedisError):
        client().hset(what.value, mapping={"differences": differences, "at": time.time()})


def last(what: Proven) -> list[Proof]:
    """The last one; empty if there is none, or nobody knows."""
    try:
        found = client().hgetall(what.value)
    except RedisError:
        return []
    return [Proof(int(found["differences"]), float(found["at"]))] if found else []
