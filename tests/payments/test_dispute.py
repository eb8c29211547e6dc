"""The cardholder's bank asks for the money back: written down, followed to its end."""

from dataclasses import replace
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
from payments import selectors, tasks
from payments.events import DisputeTold
from payments.exceptions import DisputeOpen, RefundExceedsPayment
from payments.gateways.base import DisputeFact, MoneyFact, ProviderSnapshot
from payments.handlers import mail_dispute
from payments.models import (
    Dispute,
    LedgerEntry,
    MethodType,
    Payment,
    Refund,
    StoreCreditEntry,
)
from payments.services.refunds import (
    approve_refund,
    request_order_refund,
    request_refund_once,
    send_despite_dispute,
)
from payments.services.send_refunds import complete_refund_by_hand, submit_refund
from payments.services.settle import apply_snapshot, settle, settle_order
from payments.services.transfers import record_manual_capture
from payments.states import DisputeState, PaymentState, RefundState
from tests.accounts.factories import UserFactory
from tests.payments.factories import held_order, pay
from tests.payments.steps import request_refund

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
    return settle(payment.pk)


def hear(payment: Payment, *disputes: DisputeFact) -> str:
    """What the order's money is called once the provider has told of these."""
    truth = ProviderSnapshot(
        state=PaymentState.CAPTURED, reference=payment.number, disputes=disputes
    )
    return apply_snapshot(payment.pk, truth).order.payment_status


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


def asked(payment: Payment, amount: int = 30, **how: Any) -> Refund:
    return request_refund(payment, amount, **how)


def approved(payment: Payment, amount: int = 30, **how: Any) -> Refund:
    refund = asked(payment, amount)
    return approve_refund(refund.pk, actor_id=UserFactory.create().pk, **how)


def by_hand() -> Payment:
    """100.00 that came by transfer."""
    payment = pay(held_order(), "transfer", gateway="manual", type=MethodType.BANK_TRANSFER)
    return record_manual_capture(
        payment.pk,
        amount=Decimal(100),
        bank_reference=payment.number,
        actor_id=UserFactory.create().pk,
    )


def test_what_the_bank_asks_back_is_refunded_only_for_a_reason_that_is_kept(
    payment: Payment,
) -> None:
    hear(payment, dispute(DisputeState.NEEDS_RESPONSE))
    with pytest.raises(DisputeOpen):
        asked(payment)
    refund = asked(payment, despite_dispute=True)
    approve = partial(approve_refund, refund.pk, actor_id=UserFactory.create().pk)

    for nothing in ("", "  "):
        with pytest.raises(DisputeOpen):
            approve(despite_dispute=nothing)
    approve(despite_dispute="Agreed with the customer")

    refund = submit_refund(refund.pk)
    assert refund.state == RefundState.SUCCEEDED
    assert refund.despite_dispute == "Agreed with the customer"


def test_a_reason_is_kept_only_where_there_is_a_dispute(payment: Payment) -> None:
    assert approved(payment, despite_dispute="just in case").despite_dispute == ""


def test_what_the_bank_has_taken_is_not_given_back_as_well(payment: Payment) -> None:
    hear(payment, dispute(DisputeState.LOST, withdrawn=money("t1")))
    ask_back = partial(request_order_refund, payment.order_id, Decimal(1), reason="")

    with pytest.raises(RefundExceedsPayment, match="banco"):
        asked(payment)
    with pytest.raises(RefundExceedsPayment, match="banco"):
        ask_back(actor_id=UserFactory.create().pk)
    assert request_refund_once(payment.order_id, Decimal(1), reason="x", actor_id=None) == []


@pytest.mark.parametrize(("taken", "left"), [(100, 0), (60, 40), (99, 1)])
def test_what_is_left_after_a_chargeback_can_go_back_and_no_cent_more(
    payment: Payment, taken: int, left: int
) -> None:
    some = replace(money("t1"), amount=Decimal(taken))
    hear(payment, dispute(DisputeState.LOST, withdrawn=some))

    with pytest.raises(RefundExceedsPayment):
        asked(payment, left + 1)
    if left:
        approved(payment, left)

    payment.refresh_from_db()
    assert payment.room == 0


def test_an_approved_refund_waits_for_the_bank_and_goes_when_the_shop_wins(
    payment: Payment,
) -> None:
    refund = approved(payment)
    hear(payment, dispute(DisputeState.NEEDS_RESPONSE))

    waiting = submit_refund(refund.pk)
    assert (waiting.state, "banco" in waiting.error_message) == (RefundState.APPROVED, True)
    assert tasks.submit_refunds() == 0
    hear(payment, dispute(DisputeState.WON))
    tasks.submit_refunds()

    refund.refresh_from_db()
    assert (refund.state, refund.error_message) == (RefundState.SUCCEEDED, "")


@pytest.mark.parametrize("ending", [DisputeState.LOST, DisputeState.ACCEPTED])
def test_an_approved_refund_is_given_up_when_the_bank_decides_for_the_customer(
    payment: Payment, ending: DisputeState
) -> None:
    refund = approved(payment)
    hear(payment, dispute(DisputeState.NEEDS_RESPONSE))

    hear(payment, dispute(ending, withdrawn=money("t1")))
    submit_refund(refund.pk)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, payment.refund_reserved, payment.refunded) == ("cancelled", 0, 0)


def test_store_credit_waits_for_the_bank_too(payment: Payment) -> None:
    refund = approved(payment, as_credit=True)
    hear(payment, dispute(DisputeState.NEEDS_RESPONSE))

    assert submit_refund(refund.pk).state == RefundState.APPROVED
    assert not StoreCreditEntry.objects.exists()


def test_nobody_notes_a_refund_by_hand_that_is_disputed_without_saying_why() -> None:
    payment = by_hand()
    refund = approved(payment)
    hear(payment, dispute(DisputeState.NEEDS_RESPONSE))
    chief = UserFactory.create()

    with pytest.raises(DisputeOpen):
        complete_refund_by_hand(refund.pk, reference="OP-1")
    with pytest.raises(DisputeOpen):
        send_despite_dispute(refund.pk, actor_id=chief.pk, reason=" ")
    send_despite_dispute(refund.pk, actor_id=chief.pk, reason="Promised by phone")

    done = complete_refund_by_hand(refund.pk, reference="OP-1")
    assert (done.state, done.despite_dispute) == (RefundState.SUCCEEDED, "Promised by phone")
    assert payment.order.events.get(note="Promised by phone").actor == chief


def test_a_refund_by_hand_is_given_up_once_the_bank_has_taken_its_money() -> None:
    payment = by_hand()
    refund = asked(payment, 100)
    opened = dispute(DisputeState.NEEDS_RESPONSE)
    hear(payment, opened)
    approve_refund(refund.pk, actor_id=UserFactory.create().pk, despite_dispute="Promised by phone")
    assert refund.pk not in selectors.refunds_to_send(), "staff send it"
    hear(payment, replace(opened, state=DisputeState.UNDER_REVIEW, withdrawn=money("txn_1")))

    tasks.submit_refunds()

    refund.refresh_from_db()
    assert refund.state == RefundState.CANCELLED
    assert "retiró este dinero" in refund.error_message


def test_a_refund_without_an_answer_is_not_sent_again_while_it_is_disputed(
    payment: Payment, simulator: Any
) -> None:
    refund = approved(payment)
    long_ago = NOW - timedelta(hours=1)
    Refund.objects.update(state=RefundState.SUBMITTED, submitted_at=long_ago)
    hear(payment, dispute(DisputeState.NEEDS_RESPONSE))

    submit_refund(refund.pk)

    assert simulator.bank.get(payment.gateway_id)["refunds"] == []
    hear(payment, dispute(DisputeState.LOST, withdrawn=money("t1")))
    assert submit_refund(refund.pk).state == RefundState.CANCELLED


def test_a_refund_that_had_arrived_after_all_counts(payment: Payment, simulator: Any) -> None:
    refund = approved(payment)
    told = {"amount": 3000, "reference": refund.idempotency_key}
    simulator.bank.refund(payment.gateway_id, told, "x")
    hear(payment, dispute(DisputeState.NEEDS_RESPONSE))
    hear(payment, dispute(DisputeState.LOST))
    refund.refresh_from_db()
    assert refund.state == RefundState.CANCELLED

    settle(payment.pk)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert payment.refund_reserved == payment.refunded == 30


def test_a_dispute_that_is_over_stands_in_no_refunds_way(payment: Payment) -> None:
    hear(payment, dispute(DisputeState.WON))

    assert request_refund(payment, 30).state == "requested"


def test_a_cancelled_order_gives_disputed_money_back_once_the_dispute_is_won(
    payment: Payment,
) -> None:
    hear(payment, dispute(DisputeState.UNDER_REVIEW))
    orders.cancel(payment.order_id, actor_id=None, reason="a test")
    settle_order(payment.order_id)
    assert not payment.refunds.exists()

    hear(payment, dispute(DisputeState.WON))

    refund = payment.refunds.get()
    assert (refund.amount, refund.is_automatic) == (Decimal(100), True)


def test_staff_see_disputes_to_answer_and_say_why_money_goes_all_the_same(
    payment: Payment, client: Client
) -> None:
    refund = request_refund(payment, 30)
    hear(payment, dispute(DisputeState.NEEDS_RESPONSE))
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    chosen = {"action": "approve", ACTION_CHECKBOX_NAME: [str(refund.pk)], "post": "yes"}

    page = client.get("/admin/")
    client.post("/admin/payments/refund/", chosen)
    refund.refresh_from_db()
    assert refund.state == RefundState.REQUESTED
    client.post("/admin/payments/refund/", {**chosen, "despite_dispute": "Agreed by phone"})

    refund.refresh_from_db()
    assert (refund.state, refund.despite_dispute) == (RefundState.APPROVED, "Agreed by phone")
    [task] = [
        each
        for each in page.context["board"].waiting
        if each.url.startswith("/admin/payments/dispute/")
    ]
    assert task.number == 1


def test_only_a_disputed_refunds_page_asks_why_it_goes_all_the_same(
    payment: Payment, client: Client
) -> None:
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    waiting, sent = asked(payment), approved(payment)
    pages = [f"/admin/payments/refund/{each.pk}/change/" for each in (waiting, sent)]
    pages.append("/admin/payments/refund/")
    asks = ['name="despite_dispute"' in client.get(page).text for page in pages]
    hear(payment, dispute(DisputeState.NEEDS_RESPONSE))

    assert asks == [False, False, False]
    assert all('name="despite_dispute"' in client.get(page).text for page in pages)
    chosen = {"action": "send_despite_dispute", ACTION_CHECKBOX_NAME: [str(sent.pk)], "post": "yes"}
    client.post("/admin/payments/refund/", {**chosen, "despite_dispute": "Agreed by phone"})
    sent.refresh_from_db()
    assert sent.despite_dispute == "Agreed by phone"


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
