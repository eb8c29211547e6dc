"""Refused webhooks: counted, rate limited, and a few of them logged."""

from contextlib import suppress

from django.http import HttpRequest
from redis import RedisError

from core.redis import client
from core.web import throttle
from payments import gateways
from payments.gateway_log import spool

COUNTS = "webhooks:refused"
LOGGED_A_MINUTE = 30
MAX_NOTE_LENGTH = 1000
# Of one address; a provider's own messages are signed, and come through until that many were not.
MAX_A_MINUTE = 120


def note(provider: str, reason: str, body: bytes) -> None:
    """Bounds the log of refused calls, so that a flood fills no disk."""
    name = provider if provider in gateways.codes() else "unknown"
    with suppress(RedisError):
        client().hincrby(COUNTS, name, 1)
    if throttle.allows(f"refused:{name}", most=LOGGED_A_MINUTE, seconds=60):
        text = body[:MAX_NOTE_LENGTH].decode(errors="replace")
        spool.record({"provider": name, "method": "REFUSED", "request": text, "error": reason})


def count(request: HttpRequest) -> None:
    """Count an unsigned message against the address that sent it."""
    throttle.is_too_much(request, "webhook", most=MAX_A_MINUTE, seconds=60)


def is_knocking_for_nothing(request: HttpRequest) -> bool:
    """Whether too many messages from this address were refused in the last minute."""
    return throttle.is_over(f"webhook:{throttle.place_of(request)}", most=MAX_A_MINUTE)


def counts() -> dict[str, int]:
    """How many were refused of each provider, since Redis began to count. No query."""
    try:
        return {str(name): int(number) for name, number in client().hgetall(COUNTS).items()}
    except RedisError:
        return {}
