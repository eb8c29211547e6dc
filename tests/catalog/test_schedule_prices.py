from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from catalog import services
from catalog.exceptions import WrongPlan
from catalog.models import ScheduledPrice, ScheduledPriceKind, ScheduledPriceStatus
from catalog.services import Prices
from catalog.tasks import apply_scheduled_prices
from tests.catalog.factories import VariantFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR = timedelta(hours=1)
LIST, SALE = ScheduledPriceKind.LIST, ScheduledPriceKind.SALE


def prices_of(variant):
    variant.refresh_from_db()
    return variant.list_price, variant.sale_price


def states():
    return list(ScheduledPrice.objects.order_by("pk").values_list("status", flat=True))


def test_an_offer_begins_and_ends_by_the_clock_and_once():
    variant = VariantFactory.create()
    services.schedule_price(variant.pk, SALE, Decimal(80), NOW, NOW + HOUR)

    seen = []
    for at in (NOW - HOUR, NOW, NOW + HOUR / 2, NOW + HOUR, NOW + 2 * HOUR):
        services.apply_scheduled_prices(at)
        seen.append(prices_of(variant)[1])

    assert seen == [None, 80, 80, None, None]
    assert states() == [ScheduledPriceStatus.OVER]
    assert list(variant.price_history.order_by("period").values_list("price", flat=True)) == [
        *(100, 80, 100)
    ]


def test_what_was_missed_is_caught_up_in_order():
    variant = VariantFactory.create(sale_price=Decimal(95))
    for number, amount in enumerate((80, 70, 60)):
        start = NOW + number * HOUR
        services.schedule_price(variant.pk, SALE, Decimal(amount), start, start + HOUR)
    services.apply_scheduled_prices(NOW)

    services.apply_scheduled_prices(NOW + 2.5 * HOUR)

    assert prices_of(variant)[1] == 60
    assert states() == ["over", "over", "running"]
    services.apply_scheduled_prices(NOW + 3 * HOUR)
    assert prices_of(variant)[1] == 95


def test_a_list_price_without_end_stays():
    variant = VariantFactory.create()
    services.schedule_price(variant.pk, LIST, Decimal(130), NOW)

    assert apply_scheduled_prices() == 1
    assert apply_scheduled_prices() == 0

    assert prices_of(variant) == (130, None)
    assert states() == ["over"]


def test_a_list_price_is_given_back():
    variant = VariantFactory.create(price_modifier=Decimal(5))
    services.schedule_price(variant.pk, LIST, Decimal(130), NOW, NOW + HOUR)

    services.apply_scheduled_prices(NOW)
    services.apply_scheduled_prices(NOW + HOUR)

    assert prices_of(variant) == (105, None)


def test_a_price_that_cannot_be_is_noted_with_its_reason():
    variant = VariantFactory.create()
    services.schedule_price(variant.pk, SALE, Decimal(120), NOW, NOW + HOUR)

    services.apply_scheduled_prices(NOW)

    plan = ScheduledPrice.objects.get()
    assert plan.status == ScheduledPriceStatus.REFUSED
    assert plan.note
    assert prices_of(variant) == (100, None)


def test_a_price_that_the_database_refuses_keeps_no_other_waiting():
    refused, taken = VariantFactory.create(), VariantFactory.create()
    services.schedule_price(refused.pk, SALE, Decimal(80), NOW - HOUR)
    services.schedule_price(taken.pk, SALE, Decimal(70), NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE catalog_variant ADD CONSTRAINT never"
            f" CHECK (id <> '{refused.pk}' OR sale_price IS NULL) NOT VALID"
        )

    assert services.apply_scheduled_prices(NOW) == 1

    assert (prices_of(refused)[1], prices_of(taken)[1]) == (None, 70)


def test_what_people_set_meanwhile_stays():
    variant = VariantFactory.create()
    services.schedule_price(variant.pk, SALE, Decimal(80), NOW, NOW + HOUR)
    services.apply_scheduled_prices(NOW)
    services.set_prices(variant.pk, Prices(Decimal(100), Decimal(75)))

    services.apply_scheduled_prices(NOW + HOUR)

    assert prices_of(variant)[1] == 75
    assert ScheduledPrice.objects.get().note


def test_an_earlier_offer_above_the_list_price_of_now_does_not_come_back():
    variant = VariantFactory.create(sale_price=Decimal(90))
    services.schedule_price(variant.pk, SALE, Decimal(70), NOW, NOW + HOUR)
    services.apply_scheduled_prices(NOW)
    services.set_prices(variant.pk, Prices(Decimal(85), Decimal(70)))

    services.apply_scheduled_prices(NOW + HOUR)

    assert prices_of(variant) == (85, None)


def test_staff_end_an_offer_before_its_time():
    variant = VariantFactory.create()
    plan = services.schedule_price(variant.pk, SALE, Decimal(80), NOW - HOUR)
    services.apply_scheduled_prices(NOW)

    services.end_scheduled_price(plan.pk)

    assert prices_of(variant) == (100, None)
    assert states() == ["over"]


@pytest.mark.parametrize(
    ("kind", "start", "end", "is_refused"),
    [
        (SALE, 0, 1, True),
        (SALE, -5, 0.5, True),
        (SALE, 0.5, None, True),
        (SALE, 1, 2, False),
        (LIST, 0, 1, False),
        (LIST, 1, 1, True),
        (LIST, 2, 1, True),
    ],
)
def test_times_that_overlap_or_run_backwards_are_refused(kind, start, end, is_refused):
    variant = VariantFactory.create()
    services.schedule_price(variant.pk, SALE, Decimal(80), NOW, NOW + HOUR)
    times = (NOW + start * HOUR, None if end is None else NOW + end * HOUR)

    if is_refused:
        with pytest.raises(WrongPlan):
            services.schedule_price(variant.pk, kind, Decimal(70), *times)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO catalog_scheduledprice"
                " (variant_id, kind, amount, starts_at, ends_at, status, note)"
                " VALUES (%s, %s, 70, %s, %s, 'planned', '')",
                [variant.pk, kind, *times],
            )
    else:
        services.schedule_price(variant.pk, kind, Decimal(70), *times)
