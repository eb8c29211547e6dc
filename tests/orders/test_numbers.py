import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from orders.numbers import next_order_number
from tests.concurrency import at_once


def _take() -> str:
    with transaction.atomic():
        return next_order_number(timezone.now())


@pytest.mark.django_db(transaction=True)
def test_twenty_checkouts_at_once_get_twenty_numbers() -> None:
    numbers = at_once(_take, times=20)

    assert len(set(numbers)) == 20
    assert all(re.fullmatch(r"PED-\d{8}-\d{4,}", number) for number in numbers)


@pytest.mark.django_db
def test_each_day_starts_with_number_one() -> None:
    today = next_order_number(timezone.now())
    again = next_order_number(timezone.now())

    tomorrow = next_order_number(timezone.now() + timedelta(days=1))

    assert int(again[-4:]) == int(today[-4:]) + 1
    assert tomorrow.endswith("-0001")


@pytest.mark.django_db(transaction=True)
def test_an_order_under_way_does_not_make_the_next_one_wait() -> None:
    _take()
    with transaction.atomic():
        next_order_number(timezone.now())

        others = at_once(_take_impatiently, times=2)

    assert len(set(others)) == 2


def _take_impatiently() -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        return next_order_number(timezone.now())
