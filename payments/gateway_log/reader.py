"""
Read the gateway log: from MongoDB, and the entries that have not reached it yet.

Where MONGODB_URL names none, all of it waits in PostgreSQL.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime

from payments.gateway_log import store
from payments.models import GatewayLogSpool

BROKEN = 400
MAX_MEASURED = 1000


@dataclass(frozen=True, kw_only=True)
class Said:
    """One exchange: `error` is the exact reason of an error or a declined payment, else empty."""

    at: datetime | None
    provider: str
    order: str
    payment: str
    what: str
    status: int | None
    milliseconds: int | None
    error: str
    request: Any = None
    response: Any = None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How a provider has answered lately: 95 of 100 times within `p95` milliseconds."""

    p95: int | None = None
    last_error: str = ""
    last_error_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """The filters; empty means everything."""

    order: str = ""
    payment: str = ""
    provider: str = ""
    errors_only: bool = False
    since: datetime | None = None
    until: datetime | None = None


def find(question: Question, *, most: int = 500, seconds: float | None = None) -> list[Said]:
    """
    The newest exchanges that fit, the newest first. One query, one question to MongoDB.

    Nobody waits longer than these seconds for its answer, or than the connection allows.

    :raises ServiceUnavailable: if MongoDB is away
    """
    rows = _arrived(question, most, seconds) if settings.MONGODB_URL else []
    said = [_said(row) for row in [*_waiting(question, most), *rows]]
    return said[:most]


def summary(since: datetime) -> dict[str, Summary]:
    """
    By provider, how the newest exchanges since then went. One question to MongoDB.

    :raises ServiceUnavailable: if MongoDB is away
    """
    by_provider: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in _newest(since):
        by_provider[row.get("provider", "")].append(row)
    return {provider: _summed_up(rows) for provider, rows in by_provider.items()}


def _arrived(question: Question, most: int, seconds: float | None) -> list[dict[str, Any]]:

    condition = _condition(question)
    with store.readable_errors(seconds):
        return list(store.collection().find(condition).sort("created_at", -1).limit(most))


def _newest(since: datetime) -> list[dict[str, Any]]:
    if not settings.MONGODB_URL:
        return _waiting(Question(since=since), MAX_MEASURED)

    shown = dict.fromkeys(("provider", "at", "status", "milliseconds", "error"), 1)
    with store.readable_errors():
        rows = store.collection().find({"created_at": {"$gte": since}}, shown)
        return list(rows.sort("created_at", -1).limit(MAX_MEASURED))


def _summed_up(rows: Sequence[Mapping[str, Any]]) -> Summary:
    """The rows come the newest first."""
    times = sorted(row["milliseconds"] for row in rows if row.get("milliseconds") is not None)
    broken = next((row for row in rows if _error(row)), {})
    return Summary(
        p95=times[(95 * len(times) - 1) // 100] if times else None,
        last_error=_error(broken),
        last_error_at=parse_datetime(broken.get("at") or ""),
    )


def _condition(question: Question) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: value
        for name in ("order", "payment", "provider")
        if (value := getattr(question, name))
    }
    days = {"$gte": question.since, "$lt": question.until}
    if asked := {sign: moment for sign, moment in days.items() if moment}:
        found["created_at"] = asked
    if question.errors_only:
        told = ({name: {"$exists": True}} for name in ("error", "declined"))
        found["$or"] = [*told, {"status": {"$gte": BROKEN}}]
    return found


def _waiting(question: Question, most: int) -> list[dict[str, Any]]:
    """Matching calls that have not reached MongoDB yet."""
    rows = GatewayLogSpool.objects.order_by("-pk")
    for name in ("order", "payment", "provider"):
        if value := getattr(question, name):
            rows = rows.filter(**{f"entry__{name}": value})
    if question.since:
        rows = rows.filter(created_at__gte=question.since)
    if question.until:
        rows = rows.filter(created_at__lt=question.until)
    entries = [row.entry for row in rows[:most]]
    return [entry for entry in entries if not question.errors_only or _error(entry)]


def _said(entry: Mapping[str, Any]) -> Said:
    return Said(
        at=parse_datetime(entry.get("at") or ""),
        provider=entry.get("provider", ""),
        order=entry.get("order", ""),
        payment=entry.get("payment", ""),
        what=f"{entry.get('method', '')} {entry.get('url', '')}".strip(),
        status=entry.get("status"),
        milliseconds=entry.get("milliseconds"),
        error=_error(entry),
        request=entry.get("request"),
        response=entry.get("response"),
    )


def _error(entry: Mapping[str, Any]) -> str:
    """The exception, the provider's own reason, or else its whole answer."""
    if reason := entry.get("error") or entry.get("declined"):
        return str(reason)
    if (entry.get("status") or 0) < BROKEN:
        return ""
    answer = entry.get("response")
    text = f"HTTP {entry['status']}"
    return f"{text}: {json.dumps(answer, ensure_ascii=False)}" if answer else text
