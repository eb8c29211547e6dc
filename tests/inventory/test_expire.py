"""Giving back what ran out: in batches, never an order's, and without waiting for anybody."""

from datetime import timedelta
from uuid import uuid4

import pytest
from constance import config
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from inventory import services
from inventory.models import Reservation, StockLevel
from tests.concurrency import at_once
from tests.inventory.factories import (
    WarehouseFactory,
    available,
    let_expire,
    soon,
    stocked,
    stocked_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_agree")]


def ran_out(*variants, units=1):
    cart = uuid4()
    services.reserve(dict.fromkeys(keys(variants), units), reference=cart, until=soon())
    let_expire(cart)
    return cart


def keys(variants):
    return [variant.pk for variant in variants]


@pytest.mark.django_db(transaction=True)
def test_a_level_that_somebody_works_on_is_left_for_the_next_time_and_stops_nobody():
    hot, cold = stocked(5), [stocked(5) for _ in range(3)]
    ran_out(hot, units=2)
    for variant in cold:
        ran_out(variant)

    with transaction.atomic():
        StockLevel.objects.filter(variant=hot).locked().get()
        [released] = at_once(lambda: services.release_expired(batch=2), times=1)

    assert released == 3
    assert [available(variant) for variant in (hot, *cold)] == [3, 5, 5, 5]
    assert services.release_expired() == 1
    assert available(hot) == 5


@pytest.mark.django_db(transaction=True)
def test_a_variant_is_left_whole_when_one_of_its_levels_is_locked():
    first, second = WarehouseFactory.create(priority=1), WarehouseFactory.create(priority=2)
    variant = stocked_in((first, 1), (second, 1))
    ran_out(variant, units=2)

    with transaction.atomic():
        StockLevel.objects.filter(warehouse=second).locked().get()
        released = at_once(services.release_expired, times=1)

    assert released == [0]
    assert services.release_expired() == 2


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_release_each_hold_once():
    variants = [stocked(9) for _ in range(4)]
    for _ in range(6):
        services.reserve(dict.fromkeys(keys(variants), 1), reference=uuid4(), until=soon())
    Reservation.objects.update(expires_at=timezone.now() - timedelta(hours=1))

    released = at_once(lambda: services.release_expired(batch=5), times=6)
    released.append(services.release_expired())

    assert sum(released) == 24
    assert [available(variant) for variant in variants] == [9] * 4


def test_no_order_of_renewals_and_changes_holds_longer_than_the_limit():
    variant, cart = stocked(9), uuid4()
    longest = timedelta(minutes=config.HOLD_LIMIT_MINUTES)
    services.reserve({variant.pk: 1}, reference=cart, until=soon())

    for number in range(1, 9):
        services.renew(reference=cart, until=soon(500))
        services.reserve({variant.pk: 1 + number % 2}, reference=cart, until=soon(500))

    hold = Reservation.objects.active().get(reference=cart)
    assert hold.expires_at <= hold.held_since + longest


def test_a_hold_at_its_limit_runs_out_however_often_it_is_renewed():
    variant, cart = stocked(9), uuid4()
    services.reserve({variant.pk: 1}, reference=cart, until=soon())
    hours_ago = F("held_since") - timedelta(hours=2)
    Reservation.objects.filter(reference=cart).update(held_since=hours_ago)

    services.renew(reference=cart, until=soon())

    assert services.release_expired() == 1
    assert available(variant) == 9


def test_an_empty_shop_releases_nothing():
    with connection.execute_wrapper(_refuse_locks):
        assert services.release_expired() == 0


def _refuse_locks(execute, sql, params, many, context):
    assert "FOR UPDATE" not in sql
    return execute(sql, params, many, context)
