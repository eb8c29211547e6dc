"""Placing an order asks the database as often for a hundred lines as for ten."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cart import services as carts
from cart.services import Owner
from orders.models import Order
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.checkout.test_add_while_ordering import cart_of
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = pytest.mark.django_db

BUDGET = 27
CONTROL = re.compile("SAVEPOINT|RELEASE|BEGIN|COMMIT|SET ")


def order_something(client: Client) -> None:
    """The day's first order, which finds nothing at hand."""
    fill_cart(client, stocked(1).sku)
    answer = client.post("/checkout/", form_data(email="luz@example.com", phone="912345678"))
    assert answer.status_code == 302, answer.content.decode()


def asked_to_place(client: Client, lines: int) -> tuple[int, int]:
    """The questions until the order is written, and those that begin its payment."""
    warehouse = WarehouseFactory.create()
    first, *others = [stocked(5, warehouse=warehouse) for _ in range(lines)]
    fill_cart(client, first.sku)
    for variant in others:
        carts.add(Owner(cart_of(client)), variant.pk, 1)
    seen = '{"goods": "1000000", "delivery": {"olva": "10.00"}}'

    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/checkout/", form_data(seen=seen, email=f"ana{lines}@example.com"))

    assert answer.status_code == 302, answer.content.decode()
    texts = [query["sql"] for query in queries if not CONTROL.match(query["sql"])]
    [placed] = [n for n, sql in enumerate(texts) if "UPDATE cart_cart" in sql]
    return placed + 1, len(texts) - placed - 1


@pytest.mark.usefixtures("warm_memory")
def test_a_hundred_lines_are_ordered_within_the_budget_of_ten() -> None:
    open_shop()
    order_something(Client())

    few, paying_few = asked_to_place(Client(), 10)
    many, paying_many = asked_to_place(Client(), 100)

    assert Order.objects.latest("placed_at").lines.count() == 100
    assert max(few, many) <= BUDGET
    assert abs(few - many) <= 2
    assert paying_few == paying_many <= 8
