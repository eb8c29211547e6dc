"""The cardholder's bank asks for the money back: written down, followed to its end."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from constance import config
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from orders import services as orders
from orders.models import OrderEventKind
from outbox.tasks import deliver_due
from payments import services
from payments.events import DisputeTold
from payments.exceptions import DisputeOpen
from payments.gateways.base import DisputeFact, MoneyFact, Truth
from payments.handlers import mail_dispute
from payments.models import Dispute, LedgerEntry, Payment
from payments.states import DisputeState, PaymentState, RefundState
from tests.accounts.factories import UserFactory
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


def test_what_the_bank_asks_back_is_refunded_only_if_staff_say_so_twice(payment: Payment) -> None:
    hear(payment, dispute(DisputeState.NEEDS_RESPONSE))
    clerk, chief = UserFactory.create(), UserFactory.create()
    ask = partial(
        services.request_refund, payment.pk, Decimal(30), reason="", requested_by=clerk.pk
    )

    with pytest.raises(DisputeOpen):
        ask()
    refund = ask(despite_dispute=True)
    with pytest.raises(DisputeOpen):
        services.approve_refund(refund.pk, actor_id=chief.pk)

    refund = services.approve_refund(refund.pk, actor_id=chief.pk, despite_dispute=True)
    assert refund.state == RefundState.APPROVED


def test_a_dispute_that_is_over_stands_in_no_refunds_way(payment: Payment) -> None:
    hear(payment, dispute(DisputeState.WON))

    assert services.request_refund(payment.pk, Decimal(30), reason="").state == "requested"


def test_a_cancelled_order_gives_disputed_money_back_once_the_dispute_is_won(
    payment: Payment,
) -> None:
    hear(payment, dispute(DisputeState.UNDER_REVIEW))
    orders.cancel(payment.order_id, actor_id=None, reason="a test")
    services.recompute(payment.order_id)
    assert not payment.refunds.exists()

    hear(payment, dispute(DisputeState.WON))

    refund = payment.refunds.get()
    assert (refund.amount, refund.is_automatic) == (Decimal(100), True)


def test_staff_see_disputes_to_answer_and_tick_that_money_goes_all_the_same(
    payment: Payment, client: Client
) -> None:
    refund = services.request_refund(payment.pk, Decimal(30), reason="")
    hear(payment, dispute(DisputeState.NEEDS_RESPONSE))
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    chosen = {"action": "approve", ACTION_CHECKBOX_NAME: [str(refund.pk)], "post": "yes"}

    page = client.get("/admin/")
    client.post("/admin/payments/refund/", chosen)
    refund.refresh_from_db()
    assert refund.state == RefundState.REQUESTED
    client.post("/admin/payments/refund/", {**chosen, "despite_dispute": "on"})

    refund.refresh_from_db()
    assert refund.state == RefundState.APPROVED
    [task] = [
        each
        for each in page.context["board"].waiting
        if each.url.startswith("/admin/payments/dispute/")
    ]
    assert task.number == 1


def letters() -> list[str]:
    """The subjects of what staff were written, oldest first."""
    deliver_due()
    return list(
        Email.objects.filter(to="alertas@example.com")
        .order_by("pk")
        .values_list("subject", flat=True)
    )


@pytest.mark.parametrize(
    ("ending", "words"), [(DisputeState.WON, "is won"), (DisputeState.LOST, "is lost")]
)
def test_staff_are_written_once_that_a_dispute_was_opened_and_once_how_it_ended(
    payment: Payment, settings: Any, ending: DisputeState, words: str
) -> None:
    config.LOW_STOCK_EMAIL = "alertas@example.com"

    settings.LANGUAGE_CODE = "en"

    for state in (DisputeState.OPENED, DisputeState.NEEDS_RESPONSE, ending, ending):
        hear(payment, dispute(state))
        letters()
    mail_dispute(DisputeTold(dispute_id=str(Dispute.objects.get().pk), state=ending.value))
    opened, ended = letters()

    assert (payment.order.number in opened, words in ended) == (True, True)
    text = Email.objects.get(subject=opened).message
    assert "fraudulent" in text
    assert f"/payments/payment/{payment.pk}/" in text


def test_without_an_address_for_alerts_nobody_is_written_of_a_dispute(payment: Payment) -> None:
    hear(payment, dispute(DisputeState.OPENED))

    assert letters() == []
