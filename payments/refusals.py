"""Messages that were turned away at the webhooks' door: counted, and a few of them logged."""

from contextlib import suppress

from redis import RedisError

from core import throttle
from core.redis import client
from payments import gateways, log

COUNTS = "webhooks:refused"
LOGGED_A_MINUTE = 30
LONGEST_NOTE = 1000


def note(provider: str, reason: str, body: bytes) -> None:
    """Whoever knocks without end fills no disk."""
    name = provider if provider in gateways.codes() else "unknown"
    with suppress(RedisError):
        client().hincrby(COUNTS, name, 1)
    if throttle.allows(f"refused:{name}", most=LOGGED_A_MINUTE, seconds=60):
        text = body[:LONGEST_NOTE].decode(errors="replace")
        log.record({"provider": name, "method": "REFUSED", "request": text, "error": reason})


def counts() -> dict[str, int]:
    """How many were refused of each provider, since Redis began to count. No query."""
    try:
        return {str(name): int(number) for name, number in client().hgetall(COUNTS).items()}
    except RedisError:
        return {}
