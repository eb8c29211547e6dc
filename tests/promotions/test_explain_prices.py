"""Why a price is what it is: for one unit of a variant, and for a line of an order."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.permissions import Role
from catalog.models import Product, Variant
from orders.models import Order
from promotions.explanation import PagePricing, of_lines
from tests.accounts.factories import signed_in
from tests.backoffice.factories import page_of
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.checkout.changing import ordered
from tests.checkout.factories import open_shop
from tests.inventory.factories import stocked
from tests.orders.factories import place_with_gifts
from tests.promotions.factories import PromotionFactory

pytestmark = pytest.mark.django_db


def chair(**values: Any) -> Variant:
    product = ProductFactory.create(base_price=Decimal(100))
    made: Variant = VariantFactory.create(product=product, **values)
    return Variant.objects.select_related("product").get(pk=made.pk)


def steps(variant: Variant) -> list[tuple[str, str]]:
    [found] = PagePricing().explain([variant]).values()
    return [(str(step.words), f"{step.amount:.2f}") for step in found]


def test_a_price_is_its_base_and_its_tax() -> None:
    assert steps(chair()) == [
        ("Precio base del producto", "100.00"),
        ("Precio en la tienda", "100.00"),
        ("IGV (18\N{NO-BREAK SPACE}%), incluido", "15.25"),
    ]


def test_difference_offer_and_promotion_have_a_step_each() -> None:
    PromotionFactory.create(name="Semana de sillas")

    assert steps(chair(price_modifier=20, sale_price=90)) == [
        ("Precio base del producto", "100.00"),
        ("Diferencia de la variante", "20.00"),
        ("Oferta", "-30.00"),
        ("Precio en la tienda", "90.00"),
        ("Semana de sillas", "-9.00"),
        ("Una unidad en el carrito", "81.00"),
        ("IGV (18\N{NO-BREAK SPACE}%), incluido", "12.36"),
    ]


def test_more_variants_ask_no_more(
    django_assert_max_num_queries: Any,
) -> None:
    variants = [chair(sku=f"S-{number}") for number in range(12)]

    for some in (variants[:1], variants):
        with django_assert_max_num_queries(6):
            PagePricing().explain(some)


def test_the_line_of_an_order_tells_what_was_stored() -> None:
    order = place_with_gifts()
    [line] = order.lines.all()

    [found] = of_lines(order, [line])

    assert [(str(step.words), step.amount) for step in found] == [
        ("Precio de lista", Decimal(100)),
        ("Bienvenida (HOLA30)", Decimal(-30)),
        ("Total", Decimal(70)),
        ("IGV, incluido", Decimal(0)),
    ]


def test_an_offer_and_several_units_have_a_step_each() -> None:
    [line] = (order := ordered({stocked(9): 2})).lines.all()
    line.list_price = Decimal(120)

    [found] = of_lines(order, [line])

    assert [(str(step.words), step.amount) for step in found][1:4] == [
        ("Oferta", Decimal(-20)),
        ("Precio por unidad", Decimal(100)),
        ("2 unidades a S/\N{NO-BREAK SPACE}100.00", Decimal(200)),
    ]


def test_both_pages_have_the_button(client: Client, settings: Any) -> None:
    settings.DEMO = True  # no second factor
    open_shop()
    variant = stocked(9)
    order = ordered({variant: 1})
    signed_in(client, Role.ADMINISTRATOR)

    product = client.get(page_of(Product, "change", variant.product_id)).text
    sold = client.get(page_of(Order, "change", order.pk)).text

    for text, key in ((product, variant.pk), (sold, order.lines.get().pk)):
        assert f'popovertarget="why-{key}"' in text
        assert f'id="why-{key}" popover' in text
