from decimal import Decimal
from typing import Any

import pytest

from catalog import services
from catalog.models import Product, ProductImage, Variant, VariantOption
from tests.catalog.factories import VariantFactory

pytestmark = pytest.mark.django_db


def sold_product():
    variant = VariantFactory.create(
        sale_price=Decimal(80),
        units_sold=7,
        gtin="4006381333931",
        product__name_en="Sofa",
        product__units_sold=7,
    )
    VariantOption.objects.create(
        variant=variant, key="color", value_key="azul", name="Color", value="Azul"
    )
    ProductImage.objects.create(
        product=variant.product, variant=variant, picture="a.jpg", width=9, height=9
    )
    return variant.product


def test_a_copy_has_all_but_what_only_the_first_has_lived_through():
    source = sold_product()

    copy: Any = services.duplicate(source.pk)

    variant = copy.variants.get()
    copy.refresh_from_db()
    assert (copy.slug, copy.name_en, copy.is_active) == (f"{source.slug}-2", "Sofa 2", False)
    assert (copy.units_sold, copy.external_id, variant.units_sold) == (0, None, 0)
    assert (copy.price_from, variant.price, variant.sku) == (
        *(80, 80),
        f"{source.variants.get().sku}-2",
    )
    assert (variant.gtin, variant.options.get().value) == ("", "Azul")
    assert copy.images.get().variant == variant
    assert variant.price_history.count() == 1


def test_copies_of_copies_get_names_of_their_own():
    source = sold_product()

    copies = [services.duplicate(source.pk) for _ in range(3)]

    assert [copy.slug.removeprefix(source.slug) for copy in copies] == ["-2", "-3", "-4"]
    assert Product.objects.count() == Variant.objects.count() == 4
