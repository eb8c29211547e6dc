"""Tables of rates as files: out and in again, and every mistake said with what to do."""

import csv
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from core.reports.commands import REFUSED
from core.reports.tables import write_text
from core.web.uploads import FileRefused
from shipping import rate_tables
from shipping.models import ShippingRate
from shipping.rate_tables import COLUMNS, MAX_FILE, Entry, entries_of
from shipping.rate_tables.ranges import flaws
from tests.shipping.factories import ShippingMethodFactory, ShippingRateFactory, ZoneFactory

HEAD = ",".join(COLUMNS)


def _exported() -> str:
    file = StringIO()
    write_text(COLUMNS, entries_of(ShippingRate.objects.all()), "csv", file)
    return file.getvalue()


def _rows() -> list[tuple[Any, ...]]:
    """Every rate with its key, so that one made again is another."""
    return sorted(ShippingRate.objects.values_list())


@pytest.fixture
def olva() -> ShippingRate:
    """A rate for all Lima, of a method with the code “olva”."""
    return ShippingRateFactory.create(
        method__code="olva", zone__name="Lima", price=Decimal("9.90"), max_weight_kg=Decimal(5)
    )


@pytest.mark.django_db
def test_what_is_exported_and_imported_stays_as_it_was() -> None:
    awkward = ["=1+1", "-Norte", "Áéí, “Ñ”", 'de "lujo"', "a;b", "'quoted", "+51\u2028x"]
    for number, name in enumerate(awkward):
        rate = ShippingRateFactory.create(
            zone=ZoneFactory.create(name=name),
            min_weight_kg=Decimal(number) / 8,
            max_amount=None if number % 2 else Decimal("99.90"),
            price_per_kg=Decimal("0.55"),
        )
        ShippingRateFactory.create_batch(2, method=rate.method, zone=rate.zone)
    before, text = _rows(), _exported()

    table = rate_tables.read(text.encode())
    change = rate_tables.replace(table.entries)

    assert table.problems == []
    assert (change.kept, change.added, change.removed) == (21, 0, 0)
    assert _rows() == before
    ShippingRate.objects.all().delete()
    rate_tables.replace(table.entries)
    assert _exported() == text


@pytest.mark.django_db
def test_a_file_replaces_the_rates_of_the_methods_that_it_names(olva: ShippingRate) -> None:
    other = ShippingRateFactory.create()
    text = f"{HEAD}\nolva,Lima,0,2,,,8.50,0,1,2\nolva,Lima,2,,,,12,1.5,,2\n"

    change = rate_tables.replace(rate_tables.read(text.encode()).entries)

    assert (change.kept, change.added, change.removed) == (0, 2, 1)
    assert change.methods == ["olva"]
    assert _exported().splitlines()[1:3] == [
        "olva,Lima,0.000,2.000,0.00,,8.50,0.00,1,2",
        "olva,Lima,2.000,,0.00,,12.00,1.50,2,2",
    ]
    assert ShippingRate.objects.filter(pk=other.pk).exists()


@pytest.mark.django_db
def test_a_spreadsheet_in_spanish_is_read_too(olva: ShippingRate) -> None:
    text = "\ufeffmethod;zone;price;to_kg\r\nolva;Lima;12,50;1,5\r\n"

    (entry,) = rate_tables.read(text.encode()).entries

    assert (entry.price, entry.to_kg) == (Decimal("12.5"), Decimal("1.5"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("nobody,Lima,0,,,,9,0,1,2", "no delivery method “nobody”"),
        ("olva,Atlantis,0,,,,9,0,1,2", "no zone “Atlantis”"),
        ("olva,Lima,0,,,,,0,1,2", "Write a price"),
        ("olva,Lima,0,,,,S/ 9,0,1,2", "price: “S/ 9” is no number"),
        ("olva,Lima,0,,,,NaN,0,1,2", "is no number"),
        ("olva,Lima,0,,,,٣,0,1,2", "is no number"),
        ("olva,Lima,0,,,,1_0,0,1,2", "is no number"),
        ("olva,Lima,0,,,,-1,0,1,2", "between 0 and"),
        ("olva,Lima,0,,,,1e99,0,1,2", "between 0 and"),
        ("olva,Lima,0,,,,9.999,0,1,2", "more than 2 places"),
        ("olva,Lima,0.0001,,,,9,0,1,2", "more than 3 places"),
        ("olva,Lima,0,,,,9,0,1.5,2", "more than 0 places"),
        ("olva,Lima,5,5,,,9,0,1,2", "to_kg has to be more than from_kg"),
        ("olva,Lima,0,,100,50,9,0,1,2", "to_amount has to be more than from_amount"),
        ("olva,Lima,0,,,,9,0,3,2", "days_to has to be at least days_from"),
        ("olva,Lima,0,,,,9,0,1,181", "between 0 and 180"),
        ("olva,Lima,0,,,,9,0,1,2,extra", "more cells than columns"),
        ("olva", "no zone “”"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_changed(
    olva: ShippingRate, tmp_path: Path, row: str, said: str
) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(f"{HEAD}\nolva,Lima,0,,,,1,0,1,2\n\n{row}\n", encoding="utf-8")
    before = _rows()

    with pytest.raises(CommandError) as refusal:
        call_command("import_shipping_rates", path, language="en")

    assert str(refusal.value).startswith("Line 4: ")
    assert said in str(refusal.value)
    assert refusal.value.returncode == REFUSED
    assert _rows() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("método,zona\n".encode("latin-1"), "not written in UTF-8"),
        (b"x" * (MAX_FILE + 1), "larger than 1 MB"),
        (b"", "lacks the column “method”"),
        (b"PK\x03\x04\x00", "is no column"),
        (b"method,zone,cost\n", "names “cost”, which is no column"),
        (b"method,zone\n", "lacks the column “price”"),
        (b"method,zone,price,price\n", "names a column twice"),
        (b"method,zone,price\n", "only its heading"),
        (b'method,zone,price\na,"b,1\n', "quotation mark"),
        (b"method,zone,price\n" + b"a,b,1\n" * 10_001, "more than 10,000 rows"),
    ],
)
def test_what_is_no_table_of_rates_is_refused(content: bytes, said: str) -> None:
    with translation.override("en"), pytest.raises(FileRefused, match=said):
        rate_tables.read(content)


@pytest.mark.django_db
def test_a_dry_run_says_what_would_change(
    olva: ShippingRate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(f"{HEAD}\nolva,Lima,0,5,,,9.90,0,1,3\nolva,Lima,6,8,,,20,0,1,3\n")
    before = _rows()

    call_command("import_shipping_rates", path, dry_run=True, language="en")

    out, err = capsys.readouterr()
    assert out == "olva: 1 added, 0 removed, 1 as before. Nothing has been changed.\n"
    assert "olva, Lima: no rate for 5.000–6 kg" in err or "no rate for 5–6 kg" in err
    assert _rows() == before


@pytest.mark.django_db
def test_commands_write_and_read_the_same_file(
    olva: ShippingRate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rates.csv"
    call_command("export_shipping_rates", format="csv", output=path)
    path.write_text(path.read_text().replace("9.90", "8.00"))

    call_command("import_shipping_rates", path, language="es")

    assert "1 " in capsys.readouterr().out
    assert ShippingRate.objects.get().price == Decimal(8)


@pytest.mark.django_db
def test_ten_thousand_rates_take_no_more_queries_than_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    method = ShippingMethodFactory.create(code="olva")
    zones = ZoneFactory.create_batch(10)
    file = StringIO()
    csv.writer(file).writerows(
        [list(COLUMNS)]
        + [
            ["olva", zones[number % 10].name, number // 10, number // 10 + 1, "", "", 9, 0, 1, 2]
            for number in range(10_000)
        ]
    )

    with django_assert_max_num_queries(9):
        table = rate_tables.read(file.getvalue().encode())
        rate_tables.replace(table.entries)

    assert (table.problems, table.notes, method.rates.count()) == ([], [], 10_000)


def _entry(from_kg: int, to_kg: int | None, from_amount: int, to_amount: int | None) -> Entry:
    return Entry(
        method="olva",
        zone="Lima",
        from_kg=Decimal(from_kg),
        to_kg=None if to_kg is None else Decimal(to_kg),
        from_amount=Decimal(from_amount),
        to_amount=None if to_amount is None else Decimal(to_amount),
        price=Decimal(1),
    )


RANGES = st.tuples(st.integers(0, 4), st.none() | st.integers(1, 4)).map(
    lambda found: (found[0], None if found[1] is None else found[0] + found[1])
)


@given(st.lists(st.tuples(RANGES, RANGES), max_size=6))
def test_gaps_and_overlaps_are_what_parcels_find(found: list[Any]) -> None:
    rates = [_entry(*weight, *amount) for weight, amount in found]
    limit = max((99 if rate.to_kg is None else rate.to_kg for rate in rates), default=0)

    told = list(flaws(rates))

    for kg in (Decimal(n) + Decimal("0.5") for n in range(12)):
        for amount in (Decimal(n) + Decimal("0.5") for n in range(12)):
            fitting = sum(_holds(rate, kg, amount) for rate in rates)
            said = {flaw.is_overlap for flaw in told if _holds(flaw, kg, amount)}
            expected = {True} if fitting > 1 else {False} if not fitting and kg < limit else set()
            assert said == expected


def _holds(ranges: Any, kg: Decimal, amount: Decimal) -> bool:
    heavy = ranges.to_kg is not None and kg > ranges.to_kg
    dear = ranges.to_amount is not None and amount > ranges.to_amount
    return not heavy and not dear and kg > ranges.from_kg and amount > ranges.from_amount
