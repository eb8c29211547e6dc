"""What a report can be narrowed to. How it is written down, `core.tables` knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a report is asked for. Empty means everything; days are whole, in the shop's zone."""

    warehouse: str = ""
    seller: str = ""
    category: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def has_days(self) -> bool:
        return bool(self.since or self.until)

    @property
    def starts_at(self) -> datetime | None:
        return _midnight(self.since) if self.since else None

    @property
    def ends_at(self) -> datetime | None:
        """The first moment after the last day."""
        return _midnight(self.until + timedelta(days=1)) if self.until else None


def listed(names: Sequence[str], most: int) -> str:
    """Some names as a text: all of them, or the first few and how many more there are."""
    shown = ", ".join(names[:most]) or "–"
    return shown if len(names) <= most else f"{shown} … (+{len(names) - most})"


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
