"""The limit per customer at the checkout: a guest who comes again under another name."""

import pytest
from django.test import Client

from catalog.models import Variant
from orders.models import Order
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.concurrency import at_once
from tests.inventory.factories import stocked

LIMIT = 2
SEEN = '{"goods": "200.00", "delivery": {"olva": "10.00"}}'
OTHERS = {
    "email": "luz@example.com",
    "phone": "911111111",
    "street": "Jr. Puno 5",
    "document_type": "dni",
    "document_number": "99999999",
}


@pytest.fixture
def variant() -> Variant:
    open_shop()
    found = stocked(9)
    found.product.purchase_limit = LIMIT
    found.product.save(update_fields=["purchase_limit"])
    return found


def order(variant: Variant, **changes: str) -> int:
    """What the checkout answers to a visitor who wants as many as one customer may have."""
    client = Client()
    fill_cart(client, variant.sku, LIMIT)
    return client.post("/checkout/", form_data(seen=SEEN, **changes)).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("shared", ["email", "phone", "street", "document_number"])
def test_a_guest_who_comes_again_by_another_name_is_told_of_the_limit(
    variant: Variant, shared: str
) -> None:
    document = {"document_type": "dni", "document_number": "45678912"}
    first = form_data(**document) | {"email": "ana+1@example.com"}
    order(variant, **document, email="ana+1@example.com")

    status = order(variant, **(OTHERS | {shared: first[shared]}))

    assert status != 302
    assert Order.objects.count() == 1


@pytest.mark.django_db
def test_somebody_else_orders_as_many(variant: Variant) -> None:
    order(variant)

    assert order(variant, **OTHERS) == 302


@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_do_not_get_round_the_limit(variant: Variant) -> None:
    names = [f"ana+{number}@example.com" for number in range(4)]

    at_once(lambda: order(variant, email=names.pop()), times=len(names))

    assert Order.objects.count() == 1
