"""Many at once: nothing is sold twice, nothing goes negative, nobody waits for ever."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory import selectors, services
from inventory.exceptions import OutOfStock
from inventory.models import Reservation
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory, soon, stocked, stocked_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("books_agree"),
]


def try_to_hold(quantities, reference=None):
    try:
        services.reserve(quantities, reference=reference or uuid4(), until=soon())
    except OutOfStock:
        return "refused"
    return "held"


def test_two_hundred_shoppers_hold_exactly_fifty_units():
    variant = stocked(50)

    results = Counter(at_once(lambda: try_to_hold({variant.pk: 1}), times=200))

    assert results == {"held": 50, "refused": 150}
    assert Reservation.objects.active().filter(variant=variant).count() == 50
    assert selectors.available_quantities([variant.pk]) == {variant.pk: 0}


def test_two_warehouses_are_emptied_to_the_last_unit():
    variant = stocked_in(
        (WarehouseFactory.create(priority=1), 12), (WarehouseFactory.create(priority=2), 13)
    )

    results = Counter(at_once(lambda: try_to_hold({variant.pk: 1}), times=40))

    assert results == {"held": 25, "refused": 15}


def test_a_double_click_holds_once():
    variant, cart = stocked(50), uuid4()

    at_once(lambda: try_to_hold({variant.pk: 2}, cart), times=16)

    assert selectors.holds_of(cart)[variant.pk].quantity == 2


def test_renewals_among_changes_leave_what_one_of_them_wanted():
    variants, cart = [stocked(50), stocked(50)], uuid4()
    try_to_hold({variant.pk: 2 for variant in variants}, cart)

    def renew_and_change():
        for units in Random(threading.get_ident()).choices([2, 3], k=10):
            wanted = {variant.pk: units for variant in variants}
            services.reserve(wanted, reference=cart, until=soon(), is_renewal=True)

    at_once(renew_and_change)

    assert {hold.quantity for hold in selectors.holds_of(cart).values()} in ({2}, {3})


def test_two_tabs_that_renew_one_cart_at_once_lock_no_stock():
    variant, cart = stocked(50), uuid4()
    try_to_hold({variant.pk: 2}, cart)
    used: list[str] = []

    def renew():
        with CaptureQueriesContext(connection) as queries:
            services.reserve({variant.pk: 2}, reference=cart, until=soon(), is_renewal=True)
        used.extend(query["sql"] for query in queries)

    at_once(renew)

    assert len(used) == 8
    assert not any("inventory_stocklevel" in sql for sql in used)


def test_paying_for_one_order_many_times_at_once_sells_once():
    variant, order = stocked(5), uuid4()
    services.move_holds(cart=uuid4(), order=order, quantities={variant.pk: 2}, until=soon())

    at_once(lambda: services.record_sale(order=order, quantities={variant.pk: 2}), times=8)

    assert selectors.available_quantities([variant.pk]) == {variant.pk: 3}


def test_baskets_in_any_order_do_not_deadlock():
    variants = [stocked(30) for _ in range(4)]
    warehouse = WarehouseFactory.create(priority=200)
    for variant in variants:
        stocked(5, variant=variant, warehouse=warehouse)

    def shop(seed):
        random = Random(seed)
        cart, order = uuid4(), uuid4()
        for _ in range(4):
            picked = random.sample(variants, random.randint(1, 4))
            wanted = {variant.pk: random.randint(1, 3) for variant in picked}
            if try_to_hold(wanted, cart) == "refused":
                continue
            if random.random() < 0.5:
                services.move_holds(cart=cart, order=order, quantities=wanted, until=soon())
                services.record_sale(order=order, quantities=wanted)
                services.cancel_sale(order=order)
            else:
                services.release(reference=cart)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(shop, range(16)))
