"""Files load whole, twice as well as once, and say which lines are bad."""

import gzip
import json
import math
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from catalog.imports import BadLine, LineReader
from catalog.models import Category, Family, Product, Variant
from inventory.models import StockLevel, Warehouse
from shipping.models import Zone
from tests.catalog.factories import ProductFactory
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
    assert all(f"línea {number}:" in errors for number in (2, 3, 4))
    assert set(Product.objects.values_list("external_id", flat=True)) == {"a", "d"}


def test_a_line_that_the_database_refuses_takes_no_other_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ProductFactory.create(sku="b")
    rows = [line(key, brand=f"Brand {key}", path=["Clothes", f"Shelf {key}"]) for key in "abcd"]

    with pytest.raises(SystemExit):
        call_command("load_catalogue", _file(tmp_path, *rows))

    assert "línea 2:" in capsys.readouterr().err
    kept = Product.objects.exclude(external_id=None).values_list("external_id", flat=True)
    assert set(kept) == {"a", "c", "d"}


def test_the_same_file_again_changes_nothing_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole: dict[str, Any] = {
        "attributes": {"a": [1, 2.5, {"b": None}]},
        "rating": 4.5,
        "brand": "Kolka",
    }
    sizes = [{**variant("A-M", size="M"), "weight_kg": 1.23456, "price": "7"}, variant("A-L")]
    path = _file(tmp_path, line("a", variants=sizes, **whole), line("b", name_es="Bé"))
    call_command("load_catalogue", path)
    before = [*Product.objects.values(), *Variant.objects.values()]

    call_command("load_catalogue", path)

    assert [*Product.objects.values(), *Variant.objects.values()] == before
    assert "Productos agregados: 0, cambiados: 0, como estaban: 2." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("language", "error", "sum_up", "missing"),
    [
        ("es", "línea 1: no es JSON\n", "Líneas: 2. Productos agregados: 1", "No hay ningún"),
        ("en", "line 1: not JSON\n", "Lines: 2. Products added: 1", "There is no file"),
    ],
)
def test_it_speaks_one_language_and_writes_the_shops(
    language: str,
    error: str,
    sum_up: str,
    missing: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(CommandError, match=missing):
        call_command("load_catalogue", tmp_path / "none", language=language)
    with pytest.raises(SystemExit):
        call_command("load_catalogue", _file(tmp_path, "{broken", line("a")), language=language)

    said = capsys.readouterr()
    assert error in said.err
    assert sum_up in said.out
    assert Zone.objects.get().name == "Todo el país"


def test_a_load_that_was_broken_off_is_completed_by_the_next(tmp_path: Path) -> None:
    load(line("a", variants=[variant("A")]))  # its stock was not reached

    call_command("load_catalogue", _file(tmp_path, line("a", variants=[variant("A")])), stock=5)

    assert sum(level.on_hand for level in StockLevel.objects.all()) == 5


def test_what_staff_have_hidden_stays_hidden() -> None:
    load(line("a"))
    Variant.objects.update(is_active=False)
    Product.objects.update(is_active=False)

    load(line("a", price="8.00"))

    assert not Variant.objects.get().is_active
    assert not Product.objects.get().is_active


def test_shelves_that_share_a_spanish_name_stay_two() -> None:
    load(
        line("a", path=["Toys", "Dolls"], category_path_es=["Juguetes", "Muñecos"]),
        line("b", path=["Toys", "Action figures"], category_path_es=["Juguetes", "Muñecos"]),
        line("c", path=["Games"], category_path_es=["Juguetes"]),
    )

    names = set(Category.objects.values_list("name_es", "name_en"))
    assert {("Muñecos", "Dolls"), ("Action figures", "Action figures")} < names
    assert set(Family.objects.values_list("name_es", flat=True)) == {"Juguetes", "Games"}


def test_skus_that_end_alike_are_told_apart() -> None:
    tail = "x" * 110

    load(line("a", variants=[variant(f"1{tail}"), variant(f"2{tail}")]))

    assert Variant.objects.count() == 2


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
    [
        *({"price": "NaN"}, {"price": "1e30"}, {"category_path": "x"}, {"rating": 9}),
        *({"variants": [1]}, {"flags": 5}, {"images": "a.jpg"}, {"attributes": {"a": math.inf}}),
    ],
)
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadLine):
        LineReader("PEN", {}).read(json.dumps(line("a", **change)))


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_FIELDS = st.sampled_from(
    [
        *("id", "name", "name_es", "description", "brand", "lang", "category_path", "price"),
        *("category_path_es", "list_price", "currency", "attributes", "image", "images", "rating"),
        *("review_count", "stock", "flags", "slug", "seller", "variants", "unheard_of"),
    ]
)
_ENTRY = st.fixed_dictionaries(
    {"sku": st.text(min_size=1)},
    optional=dict.fromkeys(
        ("options", "price", "list_price", "stock", "stock_in", "brand", "weight_kg"), _ANYTHING
    ),
)


@given(change=st.dictionaries(_FIELDS, _ANYTHING), variants=st.lists(_ENTRY, max_size=2))
def test_any_json_is_a_line_or_is_refused(
    change: dict[str, Any], variants: list[dict[str, Any]]
) -> None:
    text = json.dumps({**line("a", variants=variants), **change})

    with suppress(BadLine):
        assert LineReader("PEN", {}).read(text).variants
