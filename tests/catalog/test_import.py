"""Files load whole, twice as well as once, and say which lines are bad."""

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from catalog.imports import BadLine, LineReader
from catalog.models import Product, Variant
from inventory.models import StockLevel, Warehouse
from tests.catalog.lines import line, load, variant

pytestmark = pytest.mark.django_db


def _file(folder: Path, *rows: Any) -> Path:
    path = folder / "catalogue.jsonl.gz"
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_bytes(gzip.compress(text.encode()))
    return path


def test_loading_twice_changes_products_and_doubles_nothing(tmp_path: Path) -> None:
    first = line("a", variants=[{**variant("A-M", size="M"), "stock": 7}])
    call_command("load_catalogue", _file(tmp_path, first))

    call_command("load_catalogue", _file(tmp_path, {**first, "price": "8.00", "name": "New"}))

    product = Product.objects.get()
    assert (product.name, product.price_from) == ("New", Decimal(8))
    assert sum(level.on_hand for level in StockLevel.objects.all()) == 7


def test_bad_lines_are_named_and_the_good_ones_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (line("a"), "{broken", line("b", price="-1"), line("c", currency="USD"), line("d"))

    with pytest.raises(SystemExit) as stop:
        call_command("load_catalogue", _file(tmp_path, *rows))

    assert stop.value.code == 1
    errors = capsys.readouterr().err
    assert all(f"line {number}:" in errors for number in (2, 3, 4))
    assert set(Product.objects.values_list("external_id", flat=True)) == {"a", "d"}


def test_a_shop_without_warehouses_gets_two_and_splits_the_stock(tmp_path: Path) -> None:
    call_command("load_catalogue", _file(tmp_path, line("a")), stock=10)

    assert Warehouse.objects.count() == 2
    assert sorted(level.on_hand for level in StockLevel.objects.all()) == [4, 6]
    assert Variant.objects.get().availability == "in_stock"


def test_foreign_prices_are_converted_by_the_rate_that_is_given() -> None:
    load(line("a", price="10.01", currency="USD"), rates={"USD": Decimal("3.75")})

    assert Product.objects.get().price_from == Decimal("37.54")


def test_a_clashing_sku_gets_the_product_id_before_it() -> None:
    load(line("a", variants=[variant("X")]), line("b", variants=[variant("X")]))

    assert set(Variant.objects.values_list("sku", flat=True)) == {"X", "b-X"}


def test_a_long_name_is_cut_at_a_word_and_stands_whole_in_the_description() -> None:
    name = "word " * 80

    load(line("a", name=name))

    product = Product.objects.get()
    assert len(product.name) <= 255
    assert product.name.endswith("word")
    assert product.description.startswith(name.strip())


def test_a_lone_family_gets_a_category_of_its_name() -> None:
    load(line("a", path=["Toys"]))

    product = Product.objects.get()
    assert (product.category.name, product.category.family.name) == ("Toys", "Toys")


def test_a_price_below_the_list_price_is_a_sale() -> None:
    load(line("a", price="8.00", list_price="10.00"))

    variant_row = Variant.objects.get()
    assert (variant_row.list_price, variant_row.sale_price) == (Decimal(10), Decimal(8))


@pytest.mark.parametrize(
    "change",
    [{"price": "NaN"}, {"price": "1e30"}, {"category_path": "x"}, {"rating": 9}, {"variants": [1]}],
)
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadLine):
        LineReader("PEN", {}).read(json.dumps(line("a", **change)))
