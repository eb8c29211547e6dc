"""Alerts of low and sold-out levels: one for each crossing, one mail for each alert."""

from itertools import pairwise
from uuid import uuid4

import pytest
from constance import config
from constance.test import override_config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from post_office.models import Email

from inventory import emails, services
from inventory.events import StockRanLow
from inventory.handlers import mail_alerts
from inventory.models import Reservation, StockAlert, StockLevel
from inventory.selectors import held_share
from outbox.tasks import deliver_due
from tests.inventory.factories import level_of, soon, stocked

pytestmark = pytest.mark.django_db
MINIMUM = 5


@pytest.fixture(autouse=True)
def _address() -> None:
    config.LOW_STOCK_EMAIL = "almacen@example.com"


def change(level: StockLevel, units: int) -> None:
    services.adjust({(level.variant_id, level.warehouse_id): units}, note="x")


def level_with(units: int) -> StockLevel:
    return level_of(stocked(units))


def open_alerts() -> set[str]:
    return set(StockAlert.objects.filter(resolved_at=None).values_list("kind", flat=True))


def test_a_crossing_is_mailed_once_however_often_the_news_comes() -> None:
    level = level_with(6)

    change(level, -2)
    deliver_due()
    mail_alerts(StockRanLow(level_id=str(level.pk), available=4))
    change(level, -1)
    deliver_due()

    mail = Email.objects.get()
    assert mail.to == ["almacen@example.com"]
    assert level.variant.sku in mail.subject
    assert f"/inventory/stocklevel/{level.pk}/" in mail.message


def test_selling_out_is_told_apart_and_ends_before_the_minimum_is_reached() -> None:
    level = level_with(6)

    change(level, -2)
    deliver_due()
    change(level, -4)
    deliver_due()

    assert open_alerts() == {"low", "sold_out"}
    assert Email.objects.count() == 2

    change(level, 1)
    assert open_alerts() == {"low"}
    change(level, 4)
    assert open_alerts() == set()


def test_both_crossings_at_once_are_one_mail() -> None:
    change(level_with(6), -6)

    deliver_due()

    assert StockAlert.objects.count() == 2
    assert Email.objects.count() == 1


def test_what_has_recovered_is_not_mailed_late() -> None:
    level = level_with(6)
    change(level, -2)
    change(level, 2)

    deliver_due()

    assert not Email.objects.exists()


def test_holds_are_no_crossing() -> None:
    first, second = level_with(6), level_with(6)
    until = soon()

    services.reserve({first.variant_id: 6, second.variant_id: 6}, reference=uuid4(), until=until)

    assert Reservation.objects.count() == 2
    assert open_alerts() == set()


def test_a_higher_minimum_opens_an_alert_at_once_and_a_lower_one_closes_it() -> None:
    level = level_with(6)

    services.set_limits(level, minimum=7)
    services.set_limits(level, minimum=8)
    deliver_due()

    assert open_alerts() == {"low"}
    assert StockAlert.objects.count() == 1
    assert Email.objects.count() == 1
    services.set_limits(level, minimum=6, place="A-1")
    level.refresh_from_db()
    assert open_alerts() == set()
    assert (level.minimum, level.bin, level.is_below_minimum) == (6, "A-1", False)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 9), max_size=8))
def test_any_course_of_a_level_makes_as_many_alerts_as_it_crosses_lines(course: list[int]) -> None:
    level = level_with(9)
    course = [9, *course]

    for before, after in pairwise(course):
        if after != before:
            change(level, after - before)

    crossings = {
        "low": sum(before >= MINIMUM > after for before, after in pairwise(course)),
        "sold_out": sum(before > 0 >= after for before, after in pairwise(course)),
    }
    made = StockAlert.objects.filter(level=level)
    assert {kind: made.filter(kind=kind).count() for kind in crossings} == crossings
    still = {"low": course[-1] < MINIMUM, "sold_out": course[-1] <= 0}
    assert {kind: made.filter(kind=kind, resolved_at=None).exists() for kind in still} == still


def test_staff_hear_once_a_day_that_much_of_the_stock_is_only_held() -> None:
    variant, until = stocked(20), soon()
    services.reserve({variant.pk: 10}, reference=uuid4(), until=until)
    told = [emails.send_held_alert()]

    services.reserve({variant.pk: 1}, reference=uuid4(), until=until)
    told += [emails.send_held_alert() for _ in range(2)]

    assert told == [False, True, False], "from more than half of it on"
    assert "55 %" in Email.objects.get().subject
    assert list(StockLevel.objects.mostly_held().values_list("variant", flat=True)) == [variant.pk]
    assert held_share() == 0.55
    with override_config(HELD_STOCK_PERCENT=0):
        assert not StockLevel.objects.mostly_held().exists()
