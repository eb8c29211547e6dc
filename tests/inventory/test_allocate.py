"""Which warehouse serves an order: who has it all, then priority, then the nearest."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.places import Place
from inventory import services
from inventory.exceptions import OutOfStock
from inventory.models import Reservation, Warehouse
from inventory.places import distance
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory, soon, stocked, stocked_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_agree")]
MIRAFLORES = Place(country="PE", region="Lima", city="Lima", district="Miraflores", ubigeo="150122")
CAYMA = Place(country="PE", region="Arequipa", city="Arequipa", district="Cayma", ubigeo="040103")


def lima(**fields):
    return WarehouseFactory.create(**{"ubigeo": "150101", "priority": 1} | fields)


def arequipa(**fields):
    return WarehouseFactory.create(**{"ubigeo": "040101", "priority": 1} | fields)


def in_cart(*variants, units=1):
    cart = uuid4()
    for variant in variants:
        services.reserve({variant.pk: units}, reference=cart, until=soon())
    return cart


def place(cart, quantities, destination=MIRAFLORES):
    order = uuid4()
    services.move_holds(
        cart=cart,
        order=order,
        quantities={variant.pk: units for variant, units in quantities.items()},
        until=soon(),
        destination=destination,
    )
    return order


def held_at(order):
    rows = Reservation.objects.active().filter(reference=order)
    return dict(rows.values_list("warehouse", "quantity"))


@pytest.mark.parametrize(
    ("fields", "steps"),
    [
        ({"ubigeo": "150122"}, 0),
        ({"ubigeo": "150101"}, 1),
        ({"ubigeo": "150801"}, 2),
        ({"ubigeo": "040103"}, 3),
        ({"country": "CL", "ubigeo": "150122"}, 4),
        ({"region": "LIMA", "city": "lima", "district": " Miraflores"}, 0),
        ({"region": "Lima", "city": "Lima"}, 1),
        ({"region": "Lima", "city": "Cañete", "district": "Miraflores"}, 2),
        ({"region": "Cusco", "city": "Lima"}, 3),
        ({}, 3),
    ],
)
def test_nearness_goes_by_ubigeo_and_else_by_the_names(fields, steps):
    assert distance(MIRAFLORES, Warehouse(**{"country": "PE"} | fields)) == steps


def test_accents_do_not_make_a_place_another_one():
    there = Place(country="PE", region="Áncash")

    assert distance(there, Warehouse(country="PE", region="Ancash")) == 2


def test_of_equal_priority_the_nearest_serves():
    far, near = arequipa(), lima()
    variant = stocked_in((far, 5), (near, 5))

    north = place(in_cart(variant), {variant: 1}, MIRAFLORES)
    south = place(in_cart(variant), {variant: 1}, CAYMA)

    assert held_at(north) == {near.pk: 1}
    assert held_at(south) == {far.pk: 1}


def test_priority_goes_before_nearness():
    first, near = arequipa(priority=1), lima(priority=2)
    variant = stocked_in((near, 5), (first, 5))

    assert held_at(place(uuid4(), {variant: 3})) == {first.pk: 3}


def test_who_has_the_line_whole_goes_before_priority():
    first, second = lima(priority=1), arequipa(priority=2)
    variant = stocked_in((first, 2), (second, 5))

    assert held_at(place(in_cart(variant, units=2), {variant: 3})) == {second.pk: 3}


def test_who_has_the_whole_order_sends_one_parcel():
    first, second = lima(priority=1), arequipa(priority=2)
    sofa = stocked_in((first, 5), (second, 5))
    table = stocked(5, warehouse=second)

    order = place(in_cart(sofa, table), {sofa: 1, table: 1})

    places = Reservation.objects.filter(reference=order).values_list("warehouse", flat=True)
    assert set(places) == {second.pk}


def test_one_line_is_met_from_two_warehouses_the_nearer_one_first():
    far, near = arequipa(), lima()
    variant = stocked_in((far, 4), (near, 3))

    assert held_at(place(in_cart(variant, units=4), {variant: 5})) == {near.pk: 3, far.pk: 2}


def test_what_is_held_stays_where_the_better_warehouse_has_nothing_free():
    far, near = arequipa(), lima()
    variant = stocked(5, warehouse=far)
    cart = in_cart(variant, units=5)
    stocked(2, variant=variant, warehouse=near)
    place(uuid4(), {variant: 2})

    assert held_at(place(cart, {variant: 5})) == {far.pk: 5}


def test_units_that_do_not_exist_any_more_are_looked_for_elsewhere():
    short, other = lima(priority=1), arequipa(priority=2)
    variant = stocked(3, warehouse=short)
    cart = in_cart(variant, units=3)
    services.write_off({(variant.pk, short.pk): 2}, note="water")
    stocked(5, variant=variant, warehouse=other)

    assert held_at(place(cart, {variant: 3})) == {other.pk: 3}


def test_a_hold_on_a_short_level_is_kept_when_there_is_nothing_better():
    short, other = lima(priority=1), arequipa(priority=2)
    variant = stocked_in((short, 3), (other, 1))
    cart = in_cart(variant, units=3)
    services.write_off({(variant.pk, short.pk): 2}, note="water")

    assert held_at(place(cart, {variant: 3})) == {short.pk: 3}


def test_a_warehouse_that_was_closed_meanwhile_serves_no_longer():
    closed, other = lima(), arequipa()
    variant = stocked_in((closed, 3), (other, 3))
    cart = in_cart(variant, units=2)
    Warehouse.objects.filter(pk=closed.pk).update(is_active=False)

    assert held_at(place(cart, {variant: 2})) == {other.pk: 2}


def test_what_the_cart_held_beyond_the_order_is_given_back():
    far, near = arequipa(), lima()
    variant = stocked_in((far, 5), (near, 5))
    cart = in_cart(variant, units=5)

    assert held_at(place(cart, {variant: 2}, CAYMA)) == {far.pk: 2}
    assert held_at(cart) == {}


def test_placing_twice_is_once():
    far, near = arequipa(), lima()
    variant = stocked_in((far, 5), (near, 5))
    cart, order = in_cart(variant, units=2), uuid4()

    for _ in range(2):
        services.move_holds(
            cart=cart,
            order=order,
            quantities={variant.pk: 2},
            until=soon(),
            destination=MIRAFLORES,
        )

    assert held_at(order) == {near.pk: 2}


def test_when_units_are_missing_everything_stays_where_it_was():
    far, near = arequipa(), lima()
    variant = stocked(2, warehouse=far)
    cart = in_cart(variant, units=2)
    stocked(2, variant=variant, warehouse=near)

    with pytest.raises(OutOfStock):
        place(cart, {variant: 5})

    assert held_at(cart) == {far.pk: 2}


def test_an_address_costs_no_query_where_there_is_one_warehouse():
    def queries(destination):
        variant = stocked(5)
        cart = in_cart(variant, units=2)
        with CaptureQueriesContext(connection) as asked:
            place(cart, {variant: 2}, destination)
        return len(asked)

    queries(None)
    assert queries(MIRAFLORES) == queries(None)


@pytest.mark.django_db(transaction=True)
def test_many_orders_at_once_for_two_places_lose_no_unit():
    far, near = arequipa(), lima()
    variants = [stocked(10, warehouse=far) for _ in range(2)]
    for variant in variants:
        stocked(10, variant=variant, warehouse=near)
    carts = [in_cart(*order) for order in (variants, variants[::-1]) * 8]
    turns = iter(list(zip(carts, [MIRAFLORES, CAYMA] * 8, strict=True)))

    def buy():
        cart, destination = next(turns)
        return place(cart, dict.fromkeys(variants, 1), destination)

    orders = at_once(buy, times=16)

    assert all(sum(held_at(order).values()) >= 1 for order in orders)
    assert Reservation.objects.active().filter(reference__in=orders).count() == 32
