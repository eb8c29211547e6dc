from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from catalog import services
from catalog.exceptions import PriceInDoubt, WrongOptions
from catalog.models import VariantOption
from catalog.services import Option, OptionValue
from tests.catalog.factories import BrandFactory, ProductFactory, VariantFactory
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db


def option(name, *values):
    return Option(name, tuple(OptionValue(value) for value in values))


SIZES = option("Talla", "S", "M", "XL")
COLOURS = option("Color", "Negro", "Azul marino")


def test_each_value_is_combined_with_each_of_the_others():
    product = ProductFactory.create(name_es="Polo", name_en="Tee", sku="POLO")
    sizes = Option("Talla", (OptionValue("S"), OptionValue("XL", "2X", Decimal(10))))

    made = services.create_variants(product.pk, [sizes, COLOURS])

    rows: Any = product.variants.order_by("position")
    assert len(made) == 4
    assert [(row.sku, row.list_price) for row in rows] == [
        ("POLO-S-NEGRO", 100),
        ("POLO-S-AZUL-MARINO", 100),
        ("POLO-2X-NEGRO", 110),
        ("POLO-2X-AZUL-MARINO", 110),
    ]
    assert rows[3].name_es == "Polo · XL · Azul marino"
    assert rows[3].name_en == "Tee · XL · Azul marino"
    assert [(o.key, o.value_key) for o in rows[3].options.order_by("position")] == [
        ("talla", "xl"),
        ("color", "azul-marino"),
    ]
    assert len(set(rows.values_list("slug", flat=True))) == 4


def test_who_asks_twice_or_for_more_gets_what_is_missing():
    product = ProductFactory.create()
    brand = BrandFactory.create()
    services.create_variants(product.pk, [SIZES])
    product.variants.update(brand=brand)

    again = services.create_variants(product.pk, [SIZES])
    more = services.create_variants(product.pk, [option("talla", "s", "L")])

    assert again == {}
    assert [row.sku_suffix for row in more.values()] == ["L"]
    assert product.variants.filter(brand=brand).count() == 4
    assert sorted(product.variants.values_list("position", flat=True)) == [0, 1, 2, 3]


def test_a_product_without_options_gets_one_variant_and_only_where_it_has_none():
    product = ProductFactory.create(sku="VELA")

    made = services.create_variants(product.pk, [])
    again = services.create_variants(product.pk, [])

    assert [row.sku for row in made.values()] == ["VELA"]
    assert again == {}


def test_what_staff_typed_over_a_proposal_is_made_and_two_of_one_code_are_refused():
    product = ProductFactory.create(sku="POLO")
    typed: Any = {"s": {"sku": "S-1", "sale_price": Decimal(80)}, "m": {"is_active": False}}

    made = services.create_variants(product.pk, [SIZES], typed)

    rows = {key: (row.sku, row.sale_price, row.is_active) for key, row in made.items()}
    assert rows["s"] == ("S-1", 80, True)
    assert rows["m"] == ("POLO-M", None, False)
    assert made["s"].is_on_offer
    with pytest.raises(WrongOptions, match="S-2"):
        services.create_variants(
            product.pk, [COLOURS], {"negro": {"sku": "S-2"}, "azul-marino": {"sku": "S-2"}}
        )


def test_words_that_the_shop_knows_keep_their_key_and_their_other_language():
    VariantOption.objects.create(
        variant=VariantFactory.create(),
        key="size",
        value_key="one-size",
        name_es="Talla",
        name_en="Size",
        value_es="Talla única",
        value_en="One size",
    )
    product = ProductFactory.create()

    with override("es"):
        services.create_variants(product.pk, [option("Talla", "Talla única", "Grande")])

    rows: Any = VariantOption.objects.filter(variant__product=product).order_by("-value_key")
    known, new = rows
    assert (known.key, known.value_key, known.value_en) == ("size", "one-size", "One size")
    assert (new.key, new.name_en, new.value_en) == ("size", "Size", "Grande")


@pytest.mark.parametrize(
    "options",
    [
        [SIZES, option("talla", "M")],
        [option("Talla")],
        [option("Talla", "S", "s")],
        [option("Talla", "1/2", "12")],
        [option("***", "S")],
        [option("Talla", "★")],
        [option("Talla", *map(str, range(15))), option("Color", *map(str, range(15)))],
        [Option("Talla", (OptionValue("S", "A"), OptionValue("M", "A")))],
        [Option("Talla", (OptionValue("S", "X" * 130),))],
        [Option("Talla", (OptionValue("S", "", Decimal(-101)),))],
    ],
)
def test_options_that_make_no_sense_are_refused_in_words(options):
    product = ProductFactory.create()

    with pytest.raises(WrongOptions) as refusal:
        services.create_variants(product.pk, options)

    assert str(refusal.value)
    assert not product.variants.exists()


def test_a_sku_that_is_taken_stops_all_of_them():
    product = ProductFactory.create(sku="POLO")
    VariantFactory.create(sku="POLO-M")

    with pytest.raises(WrongOptions, match="POLO-M"):
        services.create_variants(product.pk, [SIZES])

    assert not product.variants.exists()


def test_variants_for_nothing_are_asked_about():
    product = ProductFactory.create(base_price=0)

    with pytest.raises(PriceInDoubt):
        services.create_variants(product.pk, [SIZES])

    assert len(services.create_variants(product.pk, [SIZES], confirmed=True)) == 3


def test_two_hundred_variants_cost_as_many_queries_as_two(django_assert_max_num_queries):
    product = ProductFactory.create()
    numbers = [option("Talla", *map(str, range(20))), option("Color", *map(str, range(10)))]

    with django_assert_max_num_queries(14):
        assert len(services.create_variants(product.pk, numbers)) == 200


@pytest.mark.django_db(transaction=True)
def test_two_people_who_make_the_same_variants_make_them_once():
    product = ProductFactory.create()

    made = at_once(lambda: len(services.create_variants(product.pk, [SIZES, COLOURS])), times=2)

    assert sorted(made) == [0, 6]
