"""Reports as tables, CSV, JSON and spreadsheets."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import load_workbook

from core.reports import write_report
from tests.inventory.factories import stocked

COLUMNS = ["sku", "units"]
ROWS: list[list[object]] = [["A-1", 3], ["=1+1", None]]


def written(kind):
    out = StringIO()
    write_report(COLUMNS, ROWS, kind, None, out)
    return out.getvalue()


def test_json_is_one_object_for_each_row():
    assert json.loads(written("json")) == [
        {"sku": "A-1", "units": 3},
        {"sku": "=1+1", "units": None},
    ]


def test_csv_runs_no_formulas():
    assert written("csv") == "sku,units\nA-1,3\n'=1+1,\n"


def test_a_spreadsheet_goes_to_a_file_and_runs_no_formulas(tmp_path):
    write_report(COLUMNS, ROWS, "xlsx", str(tmp_path / "report.xlsx"))

    [sheet] = load_workbook(tmp_path / "report.xlsx").worksheets
    assert [list(row) for row in sheet.values] == [COLUMNS, ["A-1", 3], ["'=1+1", None]]


def test_a_spreadsheet_without_a_file_is_refused():
    with pytest.raises(CommandError):
        written("xlsx")


@pytest.mark.django_db
def test_the_stock_commands_report_what_lies_where():
    variant, out = stocked(3), StringIO()

    call_command("stock_report", format="json", stdout=out)
    call_command("low_stock", stdout=StringIO())
    call_command("expire_reservations", stdout=StringIO())
    call_command("check_stock", stdout=StringIO(), stderr=StringIO())

    [row] = json.loads(out.getvalue())
    assert (row["sku"], row["available"]) == (variant.sku, 3)
