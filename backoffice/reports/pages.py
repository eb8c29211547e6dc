"""A report as a page shows it: its first rows, all sums, a drawing; or as a file, row by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format
from django_stubs_ext import StrOrPromise

from backoffice.charts import Chart, chart, orders_of
from core.formats import money
from core.reports import downloads
from core.reports.base import Filters, Report, Tally, days_in_words, started
from core.reports.tables import Columns

FILES = ("csv", "xlsx", "json")
# Rows of a table and bars of a drawing: more than the days of a year.
MAX_SHOWN = 400


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One figure or text; `bar` is its part of the column's largest, in percent."""

    text: str
    is_number: bool = False
    bar: int | None = None
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A column's name. Its link sorts by it, and the other way round when it does so already."""

    text: StrOrPromise
    is_number: bool
    sort: str = ""
    order: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What the page shows of a report."""

    headings: list[Heading]
    lines: list[list[Cell]]
    sums: list[list[Cell]]
    chart: Chart | None
    count: int

    @property
    def shown(self) -> int:
        return len(self.lines)


def sheet(report: Report, columns: Columns, filters: Filters, sort: str) -> Sheet:
    """
    The first rows, and the sums of all. As many queries as the report's own, one more where it
    counts; twice as many for days, which are drawn beside those before.

    :raises UnknownName: if a filter names nothing
    """
    # Amounts say it themselves here.
    columns = {name: heading for name, heading in columns.items() if name != "currency"}
    tally = Tally([name for name in report.totals if name in columns])
    asked = replace(filters, most=MAX_SHOWN) if report.count else filters
    rows = tally.over(_rows(report, asked, sort))
    first = list(islice(rows, MAX_SHOWN))
    drawn = _chart(report, filters, first) if filters.by == "day" else None
    if report.count:
        tally.count = report.count(filters)
    else:
        for _row in rows:
            pass
    numbers = {name for name in columns if any(_is_number(getattr(row, name)) for row in first)}
    most = 0 if drawn else _largest(first, report.chart)
    return Sheet(
        headings=[_heading(report, name, columns, sort, name in numbers) for name in columns],
        lines=[_line(row, report, columns, filters, most) for row in first],
        sums=_sums(tally, columns, numbers),
        chart=drawn,
        count=tally.count,
    )


def as_file(report: Report, columns: Columns, filters: Filters, kind: str) -> HttpResponseBase:
    """
    All rows as a download, written while they are read.

    :raises UnknownName: if a filter names nothing
    """
    tally = Tally([name for name in report.totals if name in columns] if kind == "xlsx" else ())
    rows = started(tally.over(report.rows(filters)))
    name = "-".join(filter(None, [report.name, str(filters.since or ""), str(filters.until or "")]))
    foot = tally.foot(columns, days_in_words(filters.since, filters.until))
    looks = downloads.Looks(title=str(report.title), foot=foot)
    return downloads.as_file(columns, rows, name, kind, looks)


def _rows(report: Report, filters: Filters, sort: str) -> Iterable[object]:
    rows = report.rows(filters)
    if not sort:
        return started(rows)
    name = sort.removeprefix("-")

    def known_first(row: object) -> tuple[bool, Any]:
        value = getattr(row, name)
        return (value is None) != sort.startswith("-"), 0 if value is None else value

    return sorted(rows, key=known_first, reverse=sort.startswith("-"))


def _heading(
    report: Report,
    name: str,
    columns: Columns,
    sort: str,
    is_number: bool,
) -> Heading:
    down, up = f"-{name}", name
    first, second = (down, up) if is_number else (up, down)
    return Heading(
        text=columns[name],
        is_number=is_number,
        sort="" if report.is_long else (second if sort == first else first),
        order={down: "descending", up: "ascending"}.get(sort, ""),
    )


def _cell(row: object, name: str, chart: str = "", most: Any = 0) -> Cell:
    value = getattr(row, f"{name}_in_words", getattr(row, name))
    bar = int(100 * value / most) if name == chart and most and value else None
    return Cell(
        text=_text(value, name, getattr(row, "currency", "")),
        is_number=_is_number(value),
        bar=bar,
    )


def _text(value: object, name: str, currency: str) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, Decimal):
        return f"{value} %" if name == "percent" else money(value, currency)
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return f"{value:,}" if isinstance(value, int) else str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal)


def _sums(tally: Tally, columns: Columns, numbers: set[str]) -> list[list[Cell]]:
    """A line for each currency."""
    return [
        [
            Cell(
                text=_text(sums[name], name, currency) if name in sums else "",
                is_number=name in numbers,
            )
            for name in columns
        ]
        for currency, sums in sorted(tally.sums.items())
    ]


def _largest(rows: Sequence[object], chart: str) -> Any:
    """Of the column that is drawn; nothing where it says one thing or different currencies."""
    currencies = {getattr(row, "currency", "") for row in rows}
    if not chart or len(currencies) != 1:
        return 0
    return max((getattr(row, chart) or 0 for row in rows), default=0)


def _chart(report: Report, filters: Filters, rows: Sequence[Any]) -> Chart | None:
    """The days of the report, those without rows too, beside as many before."""
    if not _largest(rows, report.chart) or not (filters.since and filters.until):
        return None
    days = (filters.until - filters.since).days + 1
    if not 1 < days <= MAX_SHOWN:
        return None
    earlier = replace(
        filters,
        since=filters.since - timedelta(days=days),
        until=filters.since - timedelta(days=1),
    )
    currency = rows[0].currency
    return chart(
        filters.since,
        days,
        now=_by_day(report, rows),
        before=_by_day(report, (row for row in report.rows(earlier) if _is_in(row, currency))),
        currency=currency,
        by="paid_at",
    )


def _by_day(report: Report, rows: Iterable[Any]) -> dict[date, Decimal]:
    return {date.fromisoformat(row.code): getattr(row, report.chart) for row in rows}


def _is_in(row: Any, currency: str) -> bool:
    return bool(row.currency == currency)


def _line(row: Any, report: Report, columns: Columns, filters: Filters, most: Any) -> list[Cell]:
    """The cells of a row; a day leads to its orders."""
    cells = [_cell(row, name, report.chart, most) for name in columns]
    if filters.by == "day":
        url = orders_of(date.fromisoformat(row.code), by="paid_at")
        cells[0] = replace(cells[0], url=url)
    return cells
