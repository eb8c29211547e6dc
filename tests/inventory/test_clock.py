"""A clock that jumps, or one that differs from the database's, sells nothing twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from constance import config
from django.utils import timezone

from inventory import selectors, services
from inventory.exceptions import OutOfStock
from inventory.models import Reservation
from tests.inventory.factories import WarehouseFactory, soon, stocked, stocked_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_agree")]
JUMPS = [timedelta(days=1), timedelta(days=-1)]


@pytest.fixture
def jump(monkeypatch):
    """Sets the clock of the programs; PostgreSQL's goes on."""
    right = timezone.now

    def to(distance):
        monkeypatch.setattr(timezone, "now", lambda: right() + distance)

    return to


def hold(variant, units, reference=None):
    """Whether the units could be held."""
    try:
        services.reserve({variant.pk: units}, reference=reference or uuid4(), until=soon())
    except OutOfStock:
        return False
    return True


def place(variant, units, cart=None):
    order, quantities = uuid4(), {variant.pk: units}
    services.move_holds(cart=cart or uuid4(), order=order, quantities=quantities, until=soon())
    return order


def active(variant):
    rows = Reservation.objects.active().filter(variant=variant)
    return sum(rows.values_list("quantity", flat=True))


@pytest.mark.parametrize("distance", JUMPS, ids=["ahead", "back"])
def test_a_jump_frees_no_unit_that_an_order_holds(jump, distance):
    variant = stocked(5)
    order = place(variant, 5)

    jump(distance)

    assert services.release_expired() == 0
    assert not hold(variant, 1)
    services.record_sale(order=order, quantities={variant.pk: 5})


def test_a_jump_ahead_takes_no_unit_from_a_cart(jump):
    variant, other, cart = stocked(5), stocked(5), uuid4()
    hold(variant, 3, cart)

    jump(timedelta(days=1))

    assert services.release_expired() == 0
    assert not hold(variant, 3)
    with pytest.raises(OutOfStock):
        services.reserve({variant.pk: 3, other.pk: 1}, reference=uuid4(), until=soon())
    assert selectors.holds_of(place(variant, 3, cart))[variant.pk].quantity == 3


def test_a_jump_back_lets_holds_stand_and_their_carts_be_ordered(jump):
    variant, cart = stocked(5), uuid4()
    hold(variant, 3, cart)

    jump(timedelta(days=-1))

    assert services.release_expired() == 0
    assert not hold(variant, 3)
    assert hold(variant, 4, cart)
    assert selectors.holds_of(place(variant, 4, cart))[variant.pk].quantity == 4
    assert active(variant) == 4


@pytest.mark.parametrize("distance", JUMPS, ids=["ahead", "back"])
def test_shoppers_of_two_servers_whose_clocks_differ_share_the_units(jump, distance):
    variant = stocked_in(
        (WarehouseFactory.create(priority=1), 5), (WarehouseFactory.create(priority=2), 1)
    )
    held = []

    for turn in range(12):
        jump(distance if turn % 2 else timedelta(0))
        cart = uuid4()
        if hold(variant, 1, cart):
            held.append(cart)

    assert active(variant) <= 6
    assert sum(variant.pk in selectors.holds_of(cart) for cart in held) <= 6


def test_a_hold_made_while_the_clock_was_ahead_ends_in_time_once_it_is_renewed(jump):
    variant, cart = stocked(5), uuid4()
    jump(timedelta(days=1))
    hold(variant, 5, cart)

    jump(timedelta(0))
    services.renew(reference=cart, until=soon())

    longest = timedelta(minutes=config.HOLD_LIMIT_MINUTES)
    assert Reservation.objects.get(reference=cart).expires_at <= timezone.now() + longest
    assert not hold(variant, 1)
    Reservation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert hold(variant, 5)
