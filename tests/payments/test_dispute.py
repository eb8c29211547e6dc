"""The cardholder's bank asks for the money back: written down, followed to its end."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from orders.models import OrderEventKind
from payments import services
from payments.gateways.base import DisputeFact, MoneyFact, Truth
from payments.models import Dispute, LedgerEntry, Payment
from payments.states import DisputeState, PaymentState
from tests.payments.factories import held_order, pay

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def money(reference: str) -> MoneyFact:
    return MoneyFact(reference=reference, amount=Decimal(100), currency="PEN", occurred_at=NOW)


def dispute(state: DisputeState, **facts: MoneyFact) -> DisputeFact:
    return DisputeFact(
        reference="dp_1",
        amount=Decimal(100),
        currency="PEN",
        occurred_at=NOW,
        state=state,
        reason="fraudulent",
        respond_by=NOW + timedelta(days=7),
        **facts,
    )


@pytest.fixture
def payment(simulator: Any) -> Payment:
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id)
    return services.settle(payment.pk)


def hear(payment: Payment, *disputes: DisputeFact) -> str:
    """What the order's money is called once the provider has told of these."""
    truth = Truth(state=PaymentState.CAPTURED, reference=payment.number, disputes=disputes)
    return services.apply(payment.pk, truth).order.payment_status


def test_a_dispute_is_noted_once_however_often_it_is_told(payment: Payment) -> None:
    opened = dispute(DisputeState.NEEDS_RESPONSE)

    assert hear(payment, opened) == "paid"
    hear(payment, opened)

    noted = payment.order.events.filter(kind=OrderEventKind.DISPUTED)
    assert Dispute.objects.get().state == DisputeState.NEEDS_RESPONSE
    assert noted.count() == 1


def test_only_money_that_has_moved_makes_the_order_disputed(payment: Payment) -> None:
    taken = dispute(DisputeState.UNDER_REVIEW, withdrawn=money("txn_1"))

    assert hear(payment, taken) == "disputed"
    assert hear(payment, taken) == "disputed"
    assert LedgerEntry.objects.filter(kind="chargeback").count() == 1


def test_a_dispute_that_is_won_brings_the_money_back(payment: Payment) -> None:
    hear(payment, dispute(DisputeState.UNDER_REVIEW, withdrawn=money("txn_1")))

    status = hear(
        payment,
        dispute(DisputeState.WON, withdrawn=money("txn_1"), reinstated=money("txn_2")),
    )

    assert status == "paid"
    assert Dispute.objects.get().closed_at is not None


def test_the_news_in_the_wrong_order_end_the_same(payment: Payment) -> None:
    hear(payment, dispute(DisputeState.WON, withdrawn=money("t1"), reinstated=money("t2")))

    status = hear(payment, dispute(DisputeState.NEEDS_RESPONSE, withdrawn=money("t1")))

    assert status == "paid"
    assert Dispute.objects.get().state == DisputeState.WON


def test_a_dispute_that_is_lost_keeps_the_money_away(payment: Payment) -> None:
    assert hear(payment, dispute(DisputeState.LOST, withdrawn=money("t1"))) == "disputed"
