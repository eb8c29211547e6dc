"""A file of rates, read to its end: what is wrong with it is said row by row."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from io import StringIO
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core.tables import FORMULA_STARTS
from core.uploads import FileRefused
from shipping.models import ShippingMethod, Zone
from shipping.models.method import MOST_DAYS
from shipping.rate_tables.entries import COLUMNS, Entry
from shipping.rate_tables.ranges import ANY, Flaw, flaws

LARGEST_FILE = 1024 * 1024
MOST_ROWS = 10_000
MOST_NOTES = 50
NEEDED = ("method", "zone", "price")
# Places behind the point and the most that the table holds.
NUMBERS = {
    "from_kg": (3, Decimal("99999.999")),
    "to_kg": (3, Decimal("99999.999")),
    "from_amount": (2, Decimal("9999999999.99")),
    "to_amount": (2, Decimal("9999999999.99")),
    "price": (2, Decimal("9999999999.99")),
    "price_per_kg": (2, Decimal("9999999999.99")),
    "days_from": (0, Decimal(MOST_DAYS)),
    "days_to": (0, Decimal(MOST_DAYS)),
}


class Problem(NamedTuple):
    """What is wrong in a row, and what to do about it."""

    line: int
    text: str


@dataclass
class Table:
    """What a file says. With a problem in it nothing of it is put in place."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # What is meant so, or an oversight: gaps and overlaps.
    notes: list[str] = field(default_factory=list)


class _Wrong(ValueError):
    """A cell that cannot be read."""


def read(content: bytes) -> Table:
    """
    The file's rows, with what is wrong in them. 2 queries.

    :raises FileRefused: if it is too large, or no table of rates at all
    """
    rows = _rows(_text(content))
    codes = set(ShippingMethod.objects.values_list("code", flat=True))
    zones = set(Zone.objects.values_list("name", flat=True))
    table = Table()
    for line, cells in rows:
        try:
            table.entries.append(_entry(cells, codes, zones))
        except _Wrong as error:
            table.problems.append(Problem(line, str(error)))
    if not table.entries and not table.problems:
        raise FileRefused(_("There are no rates in this file, only its heading."))
    table.notes = list(islice(_notes(table.entries), MOST_NOTES))
    return table


def _text(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise FileRefused(_("The file is larger than 1 MB: split it by methods."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(
            _("The file is not written in UTF-8. Save it as “CSV UTF-8” and choose it again.")
        ) from error


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """Each row with its number in the file; spreadsheets in Spanish part cells by semicolons."""
    first = text.split("\n", maxsplit=1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        head = [name.strip() for name in next(reader, [])]
        _check_head(head)
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise FileRefused(
            _("Line %(line)s cannot be read as CSV: look for a quotation mark too many.")
            % {"line": reader.line_num}
        ) from error
    if len(rows) > MOST_ROWS:
        raise FileRefused(
            _("There are more than %(most)s rates in this file: split it by methods.")
            % {"most": f"{MOST_ROWS:,}"}
        )
    return [(line, _cells(head, row, delimiter)) for line, row in rows]


def _check_head(head: list[str]) -> None:
    known = ", ".join(COLUMNS)
    if unknown := [name for name in head if name not in COLUMNS]:
        raise FileRefused(
            _("The first line names “%(name)s”, which is no column. The columns are: %(known)s.")
            % {"name": unknown[0][:40], "known": known}
        )
    if missing := [name for name in NEEDED if name not in head]:
        raise FileRefused(
            _("The first line lacks the column “%(name)s”. The columns are: %(known)s.")
            % {"name": missing[0], "known": known}
        )
    if len(set(head)) < len(head):
        raise FileRefused(_("The first line names a column twice."))


def _cells(head: list[str], row: list[str], delimiter: str) -> dict[str, str]:
    """By column. Cells too many come under an empty name."""
    cells = dict.fromkeys(head, "") | dict(zip(head, map(str.strip, row), strict=False))
    if len(row) > len(head) and any(cell.strip() for cell in row[len(head) :]):
        cells[""] = delimiter
    if delimiter == ";":
        cells |= {name: cells[name].replace(",", ".") for name in NUMBERS if name in cells}
    return cells


def _entry(cells: Mapping[str, str], codes: set[str], zones: set[str]) -> Entry:
    """:raises _Wrong: saying what to do"""
    if "" in cells:
        raise _Wrong(
            _("There are more cells than columns: is a “%(sign)s” in a cell without quotes?")
            % {"sign": cells[""]}
        )
    method, zone = _unquoted(cells["method"]), _unquoted(cells["zone"])
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


def _unquoted(text: str) -> str:
    """As it was before a quote was set to keep a spreadsheet from running it."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text


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
    """One of the two days alone stands for both."""
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
            yield _note(flaw) % _named(flaw, method=method, zone=zone)


def _note(flaw: Flaw) -> str:
    if flaw.is_overlap:
        return _("%(method)s, %(zone)s: two rates for %(kg)s kg, %(amount)s. The cheaper counts.")
    return _(
        "%(method)s, %(zone)s: no rate for %(kg)s kg, %(amount)s. Such orders go at the rate of a "
        "wider zone, if there is one."
    )


def _named(flaw: Flaw, **names: str) -> dict[str, Any]:
    return {
        "kg": _span(flaw.from_kg, flaw.to_kg),
        "amount": _("order amount %(span)s") % {"span": _span(flaw.from_amount, flaw.to_amount)},
        **names,
    }


def _span(low: Decimal, high: Decimal) -> str:
    return _("from %(low)s") % {"low": low} if high == ANY else f"{low}–{high}"
