"""The dashboard's figures: what is a sale, and what is none."""

from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import User
from backoffice.selectors import dashboard
from orders.states import PaymentStatus
from tests.accounts.factories import UserFactory
from tests.payments.factories import OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief() -> User:
    return UserFactory.create(is_staff=True, is_superuser=True)


def test_a_sale_that_owes_a_difference_is_a_sale(chief: User) -> None:
    owing = PaymentStatus.PARTIALLY_PAID
    OrderFactory.create(payment_status=owing, paid_at=timezone.now(), subtotal=Decimal(120))
    OrderFactory.create(payment_status=owing, subtotal=Decimal(50))

    figures = dashboard(chief)

    assert figures
    assert (figures.sales_today, figures.orders_today) == (Decimal(120), 1)
