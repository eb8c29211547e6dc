"""What all ops commands have in common, seen from outside."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.management import get_commands, load_command_class
from django.utils import timezone
from openpyxl import load_workbook

from core.reports.commands import ReportCommand
from tests.commands import OPS, piped, run, saved_rows
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = pytest.mark.django_db

FILTERS = ("warehouse", "seller", "category", "since", "until")


@pytest.mark.parametrize("name", OPS)
def test_every_command_takes_the_options_of_the_contract(name):
    command = load_command_class(get_commands()[name], name)
    parser = command.create_parser("manage.py", name)

    options = parser.format_help()

    assert isinstance(command, ReportCommand)
    assert all(f"--{option}" in options for option in ("format", "output", *FILTERS))


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("kind", ["table", "csv", "json", "xlsx"])
def test_every_command_writes_every_format_also_with_nothing_to_tell(name, kind, tmp_path):
    path = tmp_path / "report"

    ran = run(name, "--format", kind, "--output", str(path))

    assert (ran.code, ran.out) == (0, "")
    assert path.stat().st_size > 0


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize(
    "options",
    [
        ("--since", "2026-02-30"),
        ("--until", "mañana"),
        ("--since", "0001-01-01"),
        ("--format", "pdf"),
    ],
)
def test_what_is_no_day_or_format_is_refused(name, options):
    ran = run(name, *options)

    assert ran.code != 0
    assert options[1] in ran.error
    assert ran.out == ""


@pytest.mark.parametrize("name", OPS)
def test_days_in_the_wrong_order_are_refused(name):
    ran = run(name, "--since", "2026-07-29", "--until", "2026-07-28")

    assert (ran.code, ran.out) == (2, "")
    assert "--since" in ran.error


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("option", ["warehouse", "seller", "category"])
def test_an_unknown_name_is_refused_or_the_option_is(name, option):
    stocked(1, warehouse=WarehouseFactory.create(code="LIM-01"))

    ran = run(name, f"--{option}", "nowhere")

    assert (ran.code, ran.out) == (2, "")
    if name in ("check_orders", "reconcile_payments", "search_report"):
        assert f"--{option}" in ran.error
    elif option == "warehouse":
        assert "LIM-01" in ran.error


def test_among_many_names_the_like_ones_are_told():
    for number in range(20):
        WarehouseFactory.create(code=f"ZZ-{number:02}")
    WarehouseFactory.create(code="LIMA-01")

    ran = run("stock_report", "--warehouse", "LIMA-1")

    assert "LIMA-01" in ran.error
    assert "ZZ-00" not in ran.error


def test_a_spreadsheet_goes_to_a_file_or_a_pipe_but_not_to_a_screen():
    stocked(3)

    ran = run("stock_report", "--format", "xlsx")
    [sheet] = load_workbook(BytesIO(piped("stock_report", "--format", "xlsx"))).worksheets

    assert (ran.code, ran.out) == (2, "")
    assert "--output" in ran.error
    rows = list(sheet.values)
    assert (len(rows), rows[3][0]) == (5, "En total")


def test_a_file_that_cannot_be_written_is_told_in_one_sentence(tmp_path):
    ran = run("stock_report", "--output", str(tmp_path / "nowhere" / "report.csv"))

    assert ran.code == 2
    assert "nowhere" in ran.error


def test_a_refused_question_leaves_the_file_of_yesterday_as_it_was(tmp_path):
    path = tmp_path / "stock.csv"
    path.write_text("yesterday")

    ran = run("stock_report", "--warehouse", "nowhere", "--format", "csv", "--output", str(path))

    assert (ran.code, path.read_text()) == (2, "yesterday")


def test_headings_speak_the_language_asked_for_and_keys_do_not_change(tmp_path):
    stocked(3)

    spanish = run("stock_report", "--language", "es").out
    english = run("stock_report", "--language", "en").out
    [row] = saved_rows("stock_report", "csv", tmp_path / "report.csv", "--language", "es")

    assert "disponible" in spanish.splitlines()[0]
    assert "available" in english.splitlines()[0]
    assert row["available"] == "3"


def test_what_moved_today_is_a_day_of_the_shops_zone():
    stocked(3)
    today = timezone.localdate()

    found = run("stock_report", "--since", str(today), "--until", str(today), "--format", "json")
    earlier = run("stock_report", "--until", str(today - timedelta(days=1)), "--format", "json")

    assert (len(found.rows), earlier.rows) == (1, [])
