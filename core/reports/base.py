"""A report: its columns, filters and totals. `core.reports.tables` writes it down."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from core.reports.tables import Columns, Foot

# Days that a calendar and every time zone have.
CODES = ("warehouse", "seller", "category")
DAYS = ("since", "until")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a report is asked for. Empty means everything; days are whole, in the shop's zone."""

    warehouse: str = ""
    seller: str = ""
    category: str = ""
    since: date | None = None
    until: date | None = None
    # What the rows are added up by, for reports with groupings.
    by: str = ""
    # How many rows are enough, where there may be very many.
    most: int | None = None

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


@dataclass(frozen=True, kw_only=True)
class Report:
    """
    A report, defined once for its page and its command.

    `rows` yields objects with the columns as attributes, streamed from the database, and
    raises UnknownName if a filter names nothing.
    """

    name: str
    title: StrOrPromise
    # A sentence: what somebody can see here.
    purpose: StrOrPromise
    columns: Columns
    rows: Callable[[Filters], Iterable[object]]
    # All of these rights together show all rows; a seller's people see their own.
    permissions: tuple[str, ...]
    is_for_sellers: bool = False
    hidden_from_sellers: tuple[str, ...] = ()
    # Columns for people who may know what goods cost; without any other the report is for them.
    costs: tuple[str, ...] = ()
    is_of_costs: bool = False
    without: tuple[str, ...] = ()
    days_mean: StrOrPromise = ""
    # What the rows can be added up by; the first, unless something else is asked for.
    groupings: Mapping[str, StrOrPromise] = field(default_factory=dict)
    # Columns with a sum below them, and the one to draw.
    totals: tuple[str, ...] = ()
    chart: str = ""
    # On a page that was asked for no days: the last so many, or all where there are none.
    days_shown: int = 0
    # There may be very many rows: a page does not put them in another order.
    is_long: bool = False
    # How many they are, where a page need not read them all to know.
    count: Callable[[Filters], int] | None = None

    @property
    def has_days(self) -> bool:
        return "since" not in self.without


@dataclass
class Tally:
    """Counts rows and adds up some of their columns, by currency, while they pass."""

    names: Sequence[str] = ()
    count: int = 0
    sums: dict[str, dict[str, Any]] = field(default_factory=dict)

    def over(self, rows: Iterable[object]) -> Iterator[object]:
        """The same rows, counted as they pass."""
        for row in rows:
            self.count += 1
            if self.names:
                self._add(row)
            yield row

    def total(self, name: str) -> list[tuple[Decimal, str]]:
        """A column's sums, each with its currency."""
        return [(sums[name], currency) for currency, sums in sorted(self.sums.items())]

    def foot(self, columns: Columns, *below: str) -> Foot:
        """What a spreadsheet has below these rows: their sums, one row a currency, and texts."""

        def rows() -> Iterator[Sequence[object]]:
            for currency, sums in sorted(self.sums.items()):
                cells = {"currency": currency, **sums}
                label, *_rest = columns
                yield [cells.get(name, _("In all") if name == label else None) for name in columns]
            for text in below:
                yield [text]

        return rows

    def _add(self, row: object) -> None:
        sums = self.sums.setdefault(getattr(row, "currency", ""), defaultdict(int))
        for name in self.names:
            value = getattr(row, name)
            sums[name] += 0 if value is None else value


def days_in_words(since: date | None, until: date | None) -> str:
    """The days that a file is about, as it tells them below its rows."""
    first, last = (date_format(day) if day else "" for day in (since, until))
    if first and last:
        return _("From %(first)s to %(last)s") % {"first": first, "last": last}
    if first or last:
        text = _("From %(day)s on") if first else _("Until %(day)s")
        return text % {"day": first or last}
    now = timezone.localtime()
    return _("As of %(moment)s") % {"moment": date_format(now, "SHORT_DATETIME_FORMAT")}


def started(rows: Iterable[object]) -> Iterator[object]:
    """The same rows, after the first was asked for: what refuses the question has done so now."""
    waiting = iter(rows)
    return chain(list(islice(waiting, 1)), waiting)


def listed(names: Sequence[str], most: int) -> str:
    """Some names as a text: all of them, or the first few and how many more there are."""
    shown = ", ".join(names[:most]) or "–"
    return shown if len(names) <= most else f"{shown} … (+{len(names) - most})"


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
