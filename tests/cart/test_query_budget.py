"""The cart's page and drawer ask the database as often for twenty lines as for one."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import BundleComponent, Kit, KitItem, ProductImage, ProductKind, Variant
from tests.catalog.factories import VariantFactory
from tests.checkout.factories import fill_cart, open_shop
from tests.inventory.factories import WarehouseFactory, stocked
from tests.promotions.factories import PromotionFactory

pytestmark = pytest.mark.django_db
# Four of them begin and end the transactions that renew the cart.
BUDGET = 17
HTMX = {"HX-Request": "true"}


def on_sale() -> Variant:
    """With a picture and an option, as what is sold has them."""
    variant = stocked(9, warehouse=WarehouseFactory.create())
    variant.options.create(key="color", value_key="red", name="Color", value="Rojo")
    ProductImage.objects.create(
        product=variant.product, picture="products/a.jpg", width=9, height=9
    )
    return variant


def bundle() -> Variant:
    """Put together from one other variant."""
    variant = VariantFactory.create(product__kind=ProductKind.BUNDLE)
    BundleComponent.objects.create(bundle=variant.product, variant=on_sale())
    return variant


def asked(lines: int, **headers: str) -> int:
    """How often the database is asked for a cart of that many lines, half of them bundles."""
    client = Client()
    fill_cart(client, bundle().sku)
    for number in range(1, lines):
        fill_cart(client, (on_sale() if number % 2 else bundle()).sku)
    client.get("/cart/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/cart/", headers=headers)
    assert len(page.context["cart"].lines) == lines
    return len(queries)


@pytest.mark.usefixtures("warm_memory")
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_twenty_lines_cost_what_one_does(headers: dict[str, str]) -> None:
    open_shop()
    PromotionFactory.create()

    one, twenty = asked(1, **headers), asked(20, **headers)

    assert one == twenty <= BUDGET


@pytest.mark.usefixtures("warm_memory")
def test_a_kit_of_ten_costs_what_one_of_two_does() -> None:
    def asked_for(items: int) -> int:
        kit = Kit.objects.create(name="Sala", slug=f"sala-{items}", discount_percent=Decimal(10))
        chosen = [on_sale() for _ in range(items)]
        for variant in chosen:
            KitItem.objects.create(kit=kit, product=variant.product)
        client = Client()
        client.post("/cart/kit/", {"kit": kit.slug, "variant": [each.sku for each in chosen]})
        client.get("/cart/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/cart/")
        assert len(page.context["cart"].lines) == items
        return len(queries)

    assert asked_for(2) == asked_for(10) <= BUDGET
