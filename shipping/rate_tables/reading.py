"""Reads a whole file of rates and reports its errors row by row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import groupby, islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.reports.csv_files import DELIMITER, EXTRA, Problem, rows_of, too_many_cells
from core.reports.tables import unquoted
from core.web.uploads import FileRefused
from shipping.models import ShippingMethod, Zone
from shipping.models.method import MAX_DAYS
from shipping.rate_tables.entries import COLUMNS, Entry
from shipping.rate_tables.ranges import ANY, flaws

MAX_ROWS = 10_000
MAX_NOTES = 50
NEEDED = ("method", "zone", "price")
# Places behind the point and the most that the table holds.
NUMBERS = {
    "from_kg": (3, Decimal("99999.999")),
    "to_kg": (3, Decimal("99999.999")),
    "from_amount": (2, Decimal("9999999999.99")),
    "to_amount": (2, Decimal("9999999999.99")),
    "price": (2, Decimal("9999999999.99")),
    "price_per_kg": (2, Decimal("9999999999.99")),
    "days_from": (0, Decimal(MAX_DAYS)),
    "days_to": (0, Decimal(MAX_DAYS)),
}


@dataclass
class Table:
    """The rows of a file. With a problem none is imported."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # Warnings: gaps and overlaps, which may be intended.
    notes: list[str] = field(default_factory=list)


_OVERLAP = gettext_lazy(
    "%(method)s, %(zone)s: two rates for %(kg)s kg, %(amount)s. The cheaper counts."
)
_GAP = gettext_lazy(
    "%(method)s, %(zone)s: no rate for %(kg)s kg, %(amount)s. Such orders go at the rate of a "
    "wider zone, if there is one."
)


class _Wrong(ValueError):
    """A cell that cannot be read."""


def read(content: bytes) -> Table:
    """
    The file's rows, with what is wrong in them. 2 queries.

    :raises FileRefused: if it is too large, or no table of rates at all
    """
    rows = rows_of(content, COLUMNS, needed=NEEDED, most=MAX_ROWS)
    codes = set(ShippingMethod.objects.values_list("code", flat=True))
    zones = set(Zone.objects.values_list("name", flat=True))
    table = Table()
    for line, cells in rows:
        try:
            table.entries.append(_entry(_with_points(cells), codes, zones))
        except _Wrong as error:
            table.problems.append(Problem(line, str(error)))
    if not table.entries and not table.problems:
        raise FileRefused(_("There are no rates in this file, only its heading."))
    table.notes = list(islice(_notes(table.entries), MAX_NOTES))
    return table


def _entry(cells: Mapping[str, str], codes: set[str], zones: set[str]) -> Entry:
    """:raises _Wrong: saying what to do"""
    if EXTRA in cells:
        raise _Wrong(too_many_cells(cells))
    method, zone = unquoted(cells["method"]), unquoted(cells["zone"])
    if method not in codes:
        raise _Wrong(
            _("There is no delivery method “%(code)s”: write the code of one, or make it first.")
            % {"code": method[:50]}
        )
    if zone not in zones:
        raise _Wrong(
            _("There is no zone “%(name)s”: write its name as it is, or make it first.")
            % {"name": zone[:100]}
        )
    numbers = {name: _number(name, cells[name]) for name in NUMBERS if cells.get(name)}
    if "price" not in numbers:
        raise _Wrong(_("Write a price; 0 if it costs nothing."))
    entry = Entry(method=method, zone=zone, **_with_whole_days(numbers))
    _check_ranges(entry)
    return entry


def _with_points(cells: Mapping[str, str]) -> dict[str, str]:
    """Where semicolons part the cells, commas part the decimals."""
    if cells[DELIMITER] != ";":
        return {**cells}
    numbers = {name: cells[name].replace(",", ".") for name in NUMBERS if name in cells}
    return {**cells, **numbers}


def _number(name: str, text: str) -> Decimal:
    places, most = NUMBERS[name]
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    what = {"column": name, "text": text[:30], "most": f"{most:f}", "places": places}
    if not number.is_finite() or not text.isascii() or "_" in text:
        raise _Wrong(
            _("%(column)s: “%(text)s” is no number. Write it as 12.50, without a currency.") % what
        )
    if not 0 <= number <= most:
        raise _Wrong(_("%(column)s: %(text)s is not between 0 and %(most)s.") % what)
    if number != round(number, places):
        raise _Wrong(
            _("%(column)s: %(text)s has more than %(places)s places behind the point.") % what
        )
    return number


def _with_whole_days(numbers: Mapping[str, Decimal]) -> dict[str, Any]:
    """One given day applies to both."""
    first = numbers.get("days_from", numbers.get("days_to"))
    last = numbers.get("days_to", first)
    if first is None or last is None:
        return {**numbers}
    return {**numbers, "days_from": int(first), "days_to": int(last)}


def _check_ranges(entry: Entry) -> None:
    upper = {"from_kg": "to_kg", "from_amount": "to_amount"}
    for low, high in upper.items():
        limit = getattr(entry, high)
        if limit is not None and limit <= getattr(entry, low):
            raise _Wrong(
                _("%(high)s has to be more than %(low)s; leave it empty for no limit.")
                % {"high": high, "low": low}
            )
    if entry.days_to < entry.days_from:
        raise _Wrong(_("days_to has to be at least days_from."))


def _notes(entries: Iterable[Entry]) -> Iterator[str]:
    def key(entry: Entry) -> tuple[str, str]:
        return entry.method, entry.zone

    for (method, zone), rates in groupby(sorted(entries, key=key), key):
        for flaw in flaws(list(rates)):
            amounts = _span(flaw.from_amount, flaw.to_amount)
            text = _OVERLAP if flaw.is_overlap else _GAP
            yield str(text) % {
                "method": method,
                "zone": zone,
                "kg": _span(flaw.from_kg, flaw.to_kg),
                "amount": _("order amount %(span)s") % {"span": amounts},
            }


def _span(low: Decimal, high: Decimal) -> str:
    return _("from %(low)s") % {"low": low} if high == ANY else f"{low}–{high}"
