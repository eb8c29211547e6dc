"""Spreadsheets are checked whole, taken in row by row, and change nothing that they do not say."""

from decimal import Decimal

import pytest

from catalog.models import Product, Variant
from inventory.models import StockLevel
from tests.catalog.sheets import check, exported, outcomes, problems, row, table, take_in, texts

pytestmark = pytest.mark.django_db


def test_rows_become_products_with_variants_options_prices_and_stock() -> None:
    common = {"product": "POLO", "brand": "Kolka", "name_es": "Polo", "name_en": "Shirt"}
    sheet = take_in(
        table(
            row("POLO-M", **common, options="Talla=M | Color=Rojo", sale_price="8,50", stock="7"),
            row("POLO-L", **common, options="Talla=L | Color=Rojo", sale_price="", stock=""),
        )
    )

    assert outcomes(sheet) == {"POLO-M": "new", "POLO-L": "new"}
    product = Product.objects.get()
    medium, large = product.variants.order_by("position")
    assert (product.price_from, product.base_price) == (Decimal("8.50"), Decimal(10))
    assert (medium.sale_price, str(medium.brand)) == (Decimal("8.50"), "Kolka")
    assert medium.is_on_offer
    assert texts(large, "name") == ["Polo · L · Rojo", "Shirt · L · Rojo"]
    assert {option.value_key for option in large.options.all()} == {"l", "rojo"}
    assert sum(level.on_hand for level in StockLevel.objects.all()) == 7


def test_nothing_is_written_before_it_is_approved() -> None:
    sheet = check(table(row("A")))

    assert outcomes(sheet) == {"A": "new"}
    assert not Product.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_exported_changes_nothing_when_it_comes_back(kind: str) -> None:
    take_in(table(row("A", description_es="=1+1\n'quoted", attributes='{"a": [1, 2.5]}', stock=3)))

    sheet = check(exported(kind))

    assert outcomes(sheet) == {"A": "same"}, sheet.rows.get().changes


def test_a_row_changes_only_the_columns_that_the_file_has() -> None:
    take_in(table(row("A", description_es="Algodón")))

    sheet = take_in(table({"sku": "A", "list_price": "1.234,50"}))

    variant = Variant.objects.select_related("product").get()
    assert outcomes(sheet) == {"A": "changed"}
    assert variant.list_price == Decimal("1234.50")
    assert texts(variant.product, "description")[0] == "Algodón"


def test_bad_rows_are_named_and_the_good_ones_taken_in() -> None:
    sheet = take_in(
        table(
            row("A", list_price="ten"),
            row("B", sale_price="11"),
            row("C"),
            row("C"),
            row("", name_es=""),
            row("D", list_price="0"),
        )
    )

    found = problems(sheet)
    assert "list_price" in found[2][0]
    assert "sale_price" in found[3][0]
    assert "line 4" in found[5][0]
    assert "sku" in found[6][0]
    assert outcomes(sheet)["D"] == "doubtful"
    assert set(Variant.objects.values_list("sku", flat=True)) == {"C"}
