"""Reports as tables, CSV, JSON and spreadsheets."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from core.reports import tables, workbooks
from core.reports.base import Filters, Tally, days_in_words, listed, started
from core.reports.tables import spreadsheet, texts, write_spreadsheet, write_text


@dataclass(frozen=True)
class Row:
    sku: str
    units: int | None
    price: Decimal = Decimal("9.50")
    sold_at: datetime = datetime(2026, 7, 28, 3, 4, 5, tzinfo=UTC)


COLUMNS = {"sku": "SKU", "units": "Unidades", "price": "Precio", "sold_at": "Vendido"}
ROWS = [Row("A-1", 3), Row("=1+1", None)]


def written(kind, columns=COLUMNS, rows=ROWS):
    out = StringIO()
    write_text(columns, rows, kind, out)
    return out.getvalue()


def test_json_is_one_object_for_each_row_with_exact_money_and_local_times():
    assert json.loads(written("json")) == [
        {"sku": "A-1", "units": 3, "price": "9.50", "sold_at": "2026-07-27T22:04:05-05:00"},
        {"sku": "=1+1", "units": None, "price": "9.50", "sold_at": "2026-07-27T22:04:05-05:00"},
    ]


def test_csv_runs_no_formulas():
    columns = {"sku": "SKU", "units": "Unidades"}

    assert written("csv", columns) == "sku,units\nA-1,3\n'=1+1,\n"


def test_a_table_has_headings_for_people_and_numbers_to_the_right():
    assert written("table").splitlines() == [
        "SKU      Unidades    Precio  Vendido",
        "-----  ----------  --------  ----------------",
        "A-1             3      9.50  2026-07-27 22:04",
        "=1+1                   9.50  2026-07-27 22:04",
    ]


def test_a_table_leaves_out_what_no_row_says():
    rows = [Row("A-1", None), Row("", None)]

    assert written("table", rows=rows).splitlines()[0].split() == ["SKU", "Precio", "Vendido"]


def test_a_table_cuts_long_texts_and_may_be_empty():
    assert "x" * 47 + "…" in written("table", rows=[Row("x" * 300, 1)])
    assert written("table", rows=[]).splitlines()[0].split() == list(COLUMNS.values())


def test_a_spreadsheet_keeps_numbers_and_times_and_runs_no_formulas():
    file = BytesIO()

    write_spreadsheet(COLUMNS, ROWS, file, name="sales/2026 & more")

    [sheet] = load_workbook(file).worksheets
    assert (sheet.title, sheet.freeze_panes) == ("sales-2026 & more", "A2")
    assert [cell.font.bold for cell in sheet["A"]] == [True, False, False]
    assert sheet["C2"].number_format == "#,##0.00"
    when = datetime(2026, 7, 27, 22, 4, 5)  # noqa: DTZ001 - spreadsheets know no zones
    assert [list(row) for row in sheet.values] == [
        list(COLUMNS.values()),
        ["A-1", 3, 9.5, when],
        ["'=1+1", None, 9.5, when],
    ]


def test_the_foot_of_a_spreadsheet_has_the_sums_and_what_they_are_about():
    columns = {"sku": "SKU", "units": "Unidades", "price": "Precio"}
    tally, file = Tally(("units", "price")), BytesIO()

    write_spreadsheet(
        columns, tally.over(ROWS), file, name="sales", foot=tally.foot(columns, "Noviembre")
    )

    [sheet] = load_workbook(file).worksheets
    assert [list(row) for row in sheet.values][3:] == [
        [None, None, None],
        ["En total", 3, 19],
        ["Noviembre", None, None],
    ]
    sums = sheet[5]
    assert [cell.font.bold for cell in sums] == [True, True, True]
    assert sums[2].number_format == "#,##0.00"
    assert sheet.column_dimensions["A"].width >= 16


def test_the_foot_has_a_row_for_each_currency_and_none_without_rows():
    @dataclass(frozen=True)
    class Sum:
        name: str
        total: int
        currency: str

    columns = {"name": "Nombre", "total": "Total", "currency": "Moneda"}
    tally = Tally(("total",))
    list(tally.over([Sum("a", 1, "USD"), Sum("b", 2, "PEN"), Sum("c", 3, "USD")]))

    assert list(tally.foot(columns)()) == [["En total", 2, "PEN"], ["En total", 4, "USD"]]
    assert list(Tally(("total",)).foot(columns)()) == []


@pytest.mark.parametrize(
    ("since", "until", "text"),
    [
        (
            date(2026, 11, 1),
            date(2026, 11, 30),
            "Del 1 de noviembre de 2026 al 30 de noviembre de 2026",
        ),
        (date(2026, 11, 1), None, "Desde el 1 de noviembre de 2026"),
        (None, date(2026, 11, 30), "Hasta el 30 de noviembre de 2026"),
    ],
)
def test_files_tell_their_days(since, until, text):
    assert days_in_words(since, until) == text
    assert days_in_words(None, None).startswith("Al ")


def test_days_are_whole_and_the_shops_own():
    filters = Filters(since=date(2026, 7, 28), until=date(2026, 7, 28))

    assert filters.starts_at == datetime(2026, 7, 28, 5, tzinfo=UTC)
    assert filters.ends_at == datetime(2026, 7, 29, 5, tzinfo=UTC)


@pytest.mark.parametrize(("most", "text"), [(3, "a, b, c"), (2, "a, b … (+1)")])
def test_long_lists_are_cut(most, text):
    assert listed(["a", "b", "c"], most) == text


def test_a_spreadsheet_is_sent_while_its_rows_are_read(monkeypatch):
    monkeypatch.setattr(workbooks, "BLOCK", 1_000)
    read = []

    def rows():
        for number in range(3_000):
            read.append(number)
            yield Row(f"A-{number} & <b>", number)

    pieces = spreadsheet(COLUMNS, rows(), name="sales")
    first = next(pieces)
    begun = len(read)
    [sheet] = load_workbook(BytesIO(first + b"".join(pieces)), read_only=True).worksheets
    *_, last = sheet.values

    assert begun < 1_500 < len(read) == 3_000
    assert last[0] == "A-2999 & <b>"


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_row_is_written_before_the_next_is_read(kind):
    read = []

    def rows():
        for row in ROWS:
            read.append(row)
            yield row

    pieces = texts(COLUMNS, rows(), kind)
    while not read:
        next(pieces)

    assert read == ROWS[:1]


def test_json_of_no_rows_is_an_empty_list():
    assert written("json", rows=[]) == "[]\n"


def test_a_table_ends_after_its_most_rows_and_all_are_counted(monkeypatch):
    monkeypatch.setattr(tables, "MAX_IN_TABLE", 2)
    tally, out = Tally(("price",)), StringIO()

    write_text(COLUMNS, started(tally.over([Row("A-1", 1)] * 5)), "table", out)

    assert len(out.getvalue().splitlines()) == 4
    assert (tally.count, tally.total("price")) == (5, [(Decimal("47.50"), "")])


@pytest.mark.parametrize(("count", "sheets"), [(0, [1]), (2, [3]), (5, [3, 3, 2])])
def test_a_spreadsheet_has_as_many_sheets_as_its_rows_need(count, sheets, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_ROWS", 3)
    file = BytesIO()

    write_spreadsheet(COLUMNS, [Row("A\x0b-1", 1)] * count, file, name="x")

    book = load_workbook(file)
    assert [sheet.max_row for sheet in book.worksheets] == sheets
    assert not count or book.worksheets[0]["A2"].value == "A-1"
