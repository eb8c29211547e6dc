"""The page of a payment in the back office."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.formats import money
from payments.models import Refund
from tests.accounts.factories import UserFactory
from tests.payments.steps import captured, request_refund

pytestmark = pytest.mark.django_db


def test_the_page_of_a_payment_tells_its_money_with_the_currency(
    simulator: Any, client: Client
) -> None:
    payment = captured(simulator)
    request_refund(payment, 30)
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    page = client.get(f"/admin/payments/payment/{payment.pk}/change/").text

    for amount in (100, 30, 70):
        assert money(Decimal(amount), "PEN") in page
    refund = Refund.objects.get()
    assert reverse("admin:payments_refund_change", args=[refund.pk]) in page
