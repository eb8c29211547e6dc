"""Holding units: exactly what was asked, or nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory import selectors, services
from inventory.exceptions import HoldLimitReached, NothingHeld, OutOfStock
from inventory.models import Reservation, StockLevel
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import (
    WarehouseFactory,
    available,
    let_expire,
    soon,
    stocked,
    stocked_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_agree")]


def held(reference):
    return {variant: hold.quantity for variant, hold in selectors.holds_of(reference).items()}


def test_reserving_one_variant_is_one_statement_on_the_stock():
    variant, cart = stocked(10), uuid4()
    services.reserve({stocked(10).pk: 1}, reference=uuid4(), until=soon())

    with CaptureQueriesContext(connection) as queries:
        services.reserve({variant.pk: 3}, reference=cart, until=soon())

    on_stock = [q["sql"] for q in queries if "inventory_" in q["sql"]]
    assert len(on_stock) == 1
    assert len(queries) <= 3, "besides it only the savepoint"
    assert held(cart) == {variant.pk: 3}
    assert available(variant) == 7


def test_the_holder_ends_with_exactly_what_was_asked():
    variant, cart = stocked(10), uuid4()

    for quantity in (3, 8, 8, 2):
        services.reserve({variant.pk: quantity}, reference=cart, until=soon())

        assert held(cart) == {variant.pk: quantity}
        assert available(variant) == 10 - quantity

    services.reserve({variant.pk: 0}, reference=cart, until=soon())

    assert held(cart) == {}
    assert available(variant) == 10


def test_all_or_none_and_the_refusal_names_what_is_missing():
    plenty, scarce, cart = stocked(10), stocked(1), uuid4()

    with pytest.raises(OutOfStock) as refusal:
        services.reserve({plenty.pk: 2, scarce.pk: 2}, reference=cart, until=soon())

    assert refusal.value.variant_ids == (scarce.pk,)
    assert held(cart) == {}
    assert available(plenty) == 10


def test_a_sold_out_variant_is_refused_without_a_lock():
    variant = stocked(1)
    services.reserve({variant.pk: 1}, reference=uuid4(), until=soon())

    with CaptureQueriesContext(connection) as queries, pytest.raises(OutOfStock):
        services.reserve({variant.pk: 1}, reference=uuid4(), until=soon())

    assert not any("FOR UPDATE" in query["sql"] for query in queries)


def test_nobody_holds_more_than_the_limit():
    variant = stocked(100)

    with pytest.raises(HoldLimitReached):
        services.reserve({variant.pk: 21}, reference=uuid4(), until=soon())

    assert available(variant) == 100


def test_the_warehouse_of_the_first_priority_serves_first():
    far, near = WarehouseFactory.create(priority=2), WarehouseFactory.create(priority=1)
    variant = stocked_in((far, 5), (near, 5))
    cart = uuid4()

    services.reserve({variant.pk: 4}, reference=cart, until=soon())

    assert Reservation.objects.get(reference=cart).warehouse == near


def test_one_line_is_met_from_two_warehouses():
    far, near = WarehouseFactory.create(priority=2), WarehouseFactory.create(priority=1)
    variant = stocked_in((far, 3), (near, 4))
    cart = uuid4()

    services.reserve({variant.pk: 6}, reference=cart, until=soon())

    rows = Reservation.objects.filter(reference=cart).values_list("warehouse", "quantity")
    assert dict(rows) == {near.pk: 4, far.pk: 2}


def test_a_closed_warehouse_sells_nothing():
    closed = WarehouseFactory.create(is_active=False)
    variant = stocked(5, warehouse=closed)

    with pytest.raises(OutOfStock):
        services.reserve({variant.pk: 1}, reference=uuid4(), until=soon())

    assert available(variant) == 0


def test_what_ran_out_for_another_cart_is_released_to_whoever_asks():
    variant, slow, quick = stocked(5), uuid4(), uuid4()
    services.reserve({variant.pk: 4}, reference=slow, until=soon())
    let_expire(slow)

    services.reserve({variant.pk: 5}, reference=quick, until=soon())

    assert held(quick) == {variant.pk: 5}
    assert held(slow) == {}


def test_an_orders_hold_does_not_end_by_the_clock():
    variant, order = stocked(5), uuid4()
    services.move_holds(cart=uuid4(), order=order, quantities={variant.pk: 5}, until=soon())
    let_expire(order)

    assert services.release_expired() == 0
    with pytest.raises(OutOfStock):
        services.reserve({variant.pk: 1}, reference=uuid4(), until=soon())
    assert held(order) == {variant.pk: 5}


def renew_all(quantities, cart, until=None):
    services.reserve(quantities, reference=cart, until=until or soon(), is_renewal=True)


def test_a_cart_that_holds_what_it_wants_is_renewed_by_one_statement_that_locks_no_stock():
    first, second, cart = stocked(5), stocked(5), uuid4()
    wanted = {first.pk: 3, second.pk: 2}
    services.reserve(wanted, reference=cart, until=soon(1))

    with CaptureQueriesContext(connection) as queries:
        renew_all(wanted, cart, until := soon(15))

    assert len([q for q in queries if "inventory_" in q["sql"]]) == 1
    assert "inventory_stocklevel" not in queries[-1]["sql"]
    assert held(cart) == wanted
    ends = set(Reservation.objects.filter(reference=cart).values_list("expires_at", flat=True))
    assert ends == {until}


@pytest.mark.parametrize("wants_it_all", [True, False])
def test_renewing_never_goes_beyond_the_limit_of_one_hold(wants_it_all):
    variant, cart = stocked(5), uuid4()
    services.reserve({variant.pk: 1}, reference=cart, until=soon())
    since = Reservation.objects.get(reference=cart).held_since
    late = since + timedelta(hours=5)

    if wants_it_all:
        renew_all({variant.pk: 1}, cart, late)
    else:
        services.renew(reference=cart, until=late)

    assert Reservation.objects.get(reference=cart).expires_at == since + timedelta(minutes=60)


def test_what_a_cart_holds_in_two_warehouses_is_renewed_where_it_lies():
    variant, cart = stocked(2, warehouse=WarehouseFactory.create(priority=1)), uuid4()
    stocked(3, variant=variant, warehouse=WarehouseFactory.create(priority=2))
    services.reserve({variant.pk: 4}, reference=cart, until=soon(1))

    renew_all({variant.pk: 4}, cart, until := soon(15))

    rows = Reservation.objects.filter(reference=cart, status="active", expires_at=until)
    assert sorted(rows.values_list("quantity", flat=True)) == [2, 2]


@pytest.mark.parametrize("wanted", [2, 4])
def test_a_renewal_of_other_units_than_are_held_holds_just_these(wanted):
    variant, other, cart = stocked(5), stocked(5), uuid4()
    services.reserve({variant.pk: 3, other.pk: 1}, reference=cart, until=soon())

    renew_all({variant.pk: wanted, other.pk: 1}, cart)

    assert held(cart) == {variant.pk: wanted, other.pk: 1}


def test_a_renewal_does_not_bring_back_what_ran_out_beside_what_is_held():
    near, far = WarehouseFactory.create(priority=1), WarehouseFactory.create(priority=2)
    variant, cart = stocked(2, warehouse=near), uuid4()
    stocked(3, variant=variant, warehouse=far)
    services.reserve({variant.pk: 4}, reference=cart, until=soon())
    Reservation.objects.filter(reference=cart, warehouse=near).update(
        expires_at=timezone.now() - timedelta(hours=1)
    )

    renew_all({variant.pk: 2}, cart)

    assert held(cart) == {variant.pk: 2}
    assert available(variant) == 3


def test_a_renewal_of_what_others_have_taken_since_is_refused():
    variant, cart = stocked(5), uuid4()
    services.reserve({variant.pk: 3}, reference=cart, until=soon())
    let_expire(cart)
    services.reserve({variant.pk: 5}, reference=uuid4(), until=soon())

    with pytest.raises(OutOfStock):
        renew_all({variant.pk: 3}, cart)

    assert held(cart) == {}


def test_releasing_twice_gives_back_once():
    variant, other, cart = stocked(5), stocked(5), uuid4()
    services.reserve({variant.pk: 2, other.pk: 3}, reference=cart, until=soon())

    for _ in range(2):
        services.release(reference=cart)

    assert held(cart) == {}
    assert [available(variant), available(other)] == [5, 5]


def test_release_expired_releases_all_of_them_in_batches():
    variants, carts = [stocked(3) for _ in range(3)], [uuid4() for _ in range(4)]
    for cart in carts[:3]:
        services.reserve({variant.pk: 1 for variant in variants}, reference=cart, until=soon())
    for cart in carts[:2]:
        let_expire(cart)

    assert services.release_expired(batch=2) == 6

    assert [available(variant) for variant in variants] == [2, 2, 2]


def test_the_carts_rows_travel_to_its_order_and_only_the_missing_is_reserved():
    variant, added, left, cart, order = stocked(5), stocked(5), stocked(5), uuid4(), uuid4()
    services.reserve({variant.pk: 2, left.pk: 1}, reference=cart, until=soon())
    row = Reservation.objects.get(reference=cart, variant=variant)
    wanted = {variant.pk: 3, added.pk: 1}

    for _ in range(2):
        services.move_holds(cart=cart, order=order, quantities=wanted, until=soon(60))

    assert held(order) == wanted
    assert Reservation.objects.get(pk=row.pk).reference == order
    assert held(cart) == {left.pk: 1}


def test_a_carts_expired_hold_still_serves_its_order_when_nobody_took_it():
    variant, cart, order = stocked(2), uuid4(), uuid4()
    services.reserve({variant.pk: 2}, reference=cart, until=soon())
    let_expire(cart)

    services.move_holds(cart=cart, order=order, quantities={variant.pk: 2}, until=soon())

    assert held(order) == {variant.pk: 2}


def test_extending_the_hold_of_an_order_without_one_is_refused():
    with pytest.raises(NothingHeld):
        services.extend_order_hold(order=uuid4(), until=soon())


def test_a_variant_without_stock_rows_is_out_of_stock():
    variant = VariantFactory.create()

    with pytest.raises(OutOfStock):
        services.reserve({variant.pk: 1}, reference=uuid4(), until=soon())

    assert not StockLevel.objects.exists()


def test_a_crowd_that_left_is_released_no_further_than_needed():
    variant, crowd = stocked(130), [uuid4() for _ in range(120)]
    for shopper in crowd:
        services.reserve({variant.pk: 1}, reference=shopper, until=soon())
        let_expire(shopper)

    services.reserve({variant.pk: 10}, reference=uuid4(), until=soon())
    assert Reservation.objects.filter(status="released").count() == 0
    services.reserve({variant.pk: 3}, reference=uuid4(), until=soon())

    released = Reservation.objects.filter(status="released").count()
    assert 3 <= released < 120


def test_a_clock_that_runs_ahead_holds_no_longer_than_the_limit():
    variant, cart = stocked(10), uuid4()

    services.reserve({variant.pk: 1}, reference=cart, until=soon(minutes=600))

    hold = Reservation.objects.get(reference=cart)
    assert hold.expires_at <= timezone.now() + timedelta(minutes=60)
