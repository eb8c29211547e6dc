"""Placing an order asks the database as often for a hundred lines as for ten."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders.models import Order
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = pytest.mark.django_db

BUDGET = 25
CONTROL = re.compile("SAVEPOINT|RELEASE|BEGIN|COMMIT|SET ")


def asked_to_place(client: Client, lines: int) -> tuple[int, int]:
    """The questions until the order is written, and those that begin its payment."""
    warehouse = WarehouseFactory.create()
    for _ in range(lines):
        fill_cart(client, stocked(5, warehouse=warehouse).sku)
    seen = '{"goods": "1000000", "delivery": {"olva": "10.00"}}'

    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/checkout/", form_data(seen=seen))

    assert answer.status_code == 302, answer.content.decode()
    texts = [query["sql"] for query in queries if not CONTROL.match(query["sql"])]
    [placed] = [n for n, sql in enumerate(texts) if sql.startswith('UPDATE "cart_cart"')]
    return placed + 1, len(texts) - placed - 1


@pytest.mark.parametrize("lines", [10, 100])
def test_an_order_is_placed_within_the_budget(client: Client, lines: int) -> None:
    open_shop()

    placing, paying = asked_to_place(client, lines)

    assert Order.objects.get().lines.count() == lines
    # Tax, tariffs (2, for form and order) and the tree of categories are read here, and at hand
    # in an open shop.
    assert placing - 6 <= BUDGET
    assert paying <= 15
