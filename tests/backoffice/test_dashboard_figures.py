"""The dashboard's figures: what is a sale, and what is none."""

from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import User
from backoffice.selectors import dashboard
from orders.states import PaymentStatus
from payments.models import Refund
from payments.services.requesting import reserve_anew
from payments.states import RefundState
from tests.accounts.factories import UserFactory
from tests.invoicing.factories import money_back, money_in
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


def test_a_refund_that_failed_waits_for_staff_until_its_money_has_gone(chief: User) -> None:
    payment = money_in(OrderFactory.create())
    Refund.objects.create(
        number="REF-1",
        payment=payment,
        amount=Decimal(60),
        currency="PEN",
        state=RefundState.FAILED,
        is_automatic=True,
        idempotency_key="refund-1",
        completed_at=timezone.now(),
    )

    before = waiting(chief)
    money_back(payment, Decimal(60))
    reserve_anew(payment.pk)

    assert (before, waiting(chief)) == (1, 0)


def waiting(chief: User) -> int:
    figures = dashboard(chief)
    assert figures
    [task] = [task for task in figures.tasks if task.query == "state__exact=failed"]
    return task.number
