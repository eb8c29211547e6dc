"""The owner is written to each Monday about last week."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from constance.test import override_config
from django.utils import timezone
from post_office.models import Email

from backoffice.reports import weekly
from tests.inventory.factories import stocked
from tests.payments.factories import OrderFactory, new_line

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


def paid(day: date, total: int) -> None:
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    order = OrderFactory.create(subtotal=Decimal(total), paid_at=noon, line=False)
    line = new_line(order, stocked(1))
    line.list_price = line.unit_price = line.total = Decimal(total)
    line.save(force_insert=True)


@override_config(OPERATIONS_EMAIL="duena@example.com", WEEKLY_MAIL="en")
def test_it_is_written_once_a_week_with_the_week_before_beside_it(admin_user: Any) -> None:
    sent = [weekly.send(day) for day in (MONDAY, MONDAY, MONDAY + timedelta(days=3))]

    mail = Email.objects.get()
    assert sent == [True, False, False]
    assert mail.to == ["duena@example.com"]
    assert "Nov 16" in mail.message or "16 Nov" in mail.message
    assert "the week before" in mail.message
    assert "since=2026-11-16&until=2026-11-22" in mail.message


@override_config(OPERATIONS_EMAIL="duena@example.com", WEEKLY_MAIL="es")
def test_it_counts_whole_weeks_in_the_language_of_the_settings() -> None:
    for day, total in ((MONDAY - timedelta(days=7), 150), (MONDAY - timedelta(days=8), 70)):
        paid(day, total)
    paid(MONDAY, 999)

    weekly.send(MONDAY)

    mail = Email.objects.get()
    assert "Ventas: S/\N{NO-BREAK SPACE}150.00" in mail.message
    assert "la semana anterior: S/\N{NO-BREAK SPACE}70.00" in mail.message
    assert "999" not in mail.message


@override_config(WEEKLY_MAIL="no")
def test_a_shop_that_wants_none_gets_none(admin_user: Any) -> None:
    assert not weekly.send(MONDAY)
    assert not Email.objects.exists()
