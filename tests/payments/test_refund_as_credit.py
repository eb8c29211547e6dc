"""A refund that becomes store credit: the money stays, the rules for refunds hold all the same."""

from decimal import Decimal

import pytest

from invoicing.models import FiscalDocument
from orders.emails import OrderMail, preview
from orders.states import PaymentStatus
from outbox.tasks import deliver_due
from payments import tasks
from payments.exceptions import RefundExceedsPayment, SecondPersonNeeded
from payments.models import LedgerEntry, LedgerKind, Payment, Refund, RefundDestination, StoreCredit
from payments.selectors import wallet_of
from payments.services.credits import pay_with_credit
from payments.services.reconcile import reconcile
from payments.services.refunds import approve_refund, request_order_refund
from payments.services.send_refunds import complete_refund_by_hand, submit_refund
from payments.services.settle import settle
from payments.services.transfers import record_manual_capture
from payments.states import RefundState
from tests.accounts.factories import UserFactory
from tests.payments.factories import credit_of, held_order, pay
from tests.payments.steps import captured

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(simulator) -> Payment:
    return captured(simulator)


def ask(payment: Payment, amount: int, *, as_credit: bool = True) -> Refund:
    clerk = UserFactory.create()
    [refund] = request_order_refund(
        payment.order_id, Decimal(amount), reason="", actor_id=clerk.pk, as_credit=as_credit
    )
    return refund


def approve(refund: Refund, **how) -> Refund:
    approve_refund(refund.pk, actor_id=UserFactory.create().pk, **how)
    deliver_due()
    refund.refresh_from_db()
    return refund


def balance(payment: Payment) -> Decimal:
    return wallet_of(payment.order.customer_id, "PEN").balance


@pytest.mark.parametrize("chosen_at_approval", [False, True])
def test_the_customer_gets_credit_and_the_provider_hears_nothing(
    simulator, payment, chosen_at_approval
):
    refund = ask(payment, 40, as_credit=not chosen_at_approval)
    approve(refund, as_credit=chosen_at_approval)

    payment.refresh_from_db()
    payment.order.refresh_from_db()
    assert (refund.state, refund.destination) == (RefundState.SUCCEEDED, RefundDestination.CREDIT)
    assert (payment.refunded, balance(payment)) == (Decimal(40), Decimal(40))
    assert payment.order.payment_status == PaymentStatus.PARTIALLY_REFUNDED
    assert simulator.bank.get(payment.gateway_id)["refunds"] == []
    [fact] = LedgerEntry.objects.filter(kind=LedgerKind.REFUND)
    assert fact.provider == "store_credit"


def test_its_mail_speaks_of_credit_and_the_fiscal_credit_note_is_made_all_the_same(payment):
    refund = approve(ask(payment, 40))
    deliver_due()

    html = preview(payment.order, OrderMail.REFUNDED).html
    assert "saldo a favor" in html
    assert "S/ 40.00" in html.replace("\xa0", " ")
    note = FiscalDocument.objects.get(refund=refund)
    assert note.total == Decimal(40)


def test_all_of_it_as_credit_refunds_the_order(payment):
    approve(ask(payment, 100))

    payment.order.refresh_from_db()
    assert payment.order.payment_status == PaymentStatus.REFUNDED
    assert balance(payment) == Decimal(100)


def test_one_refund_grants_once_however_often_it_is_sent(payment):
    refund = approve(ask(payment, 40))

    submit_refund(refund.pk)
    tasks.submit_refunds()

    assert balance(payment) == Decimal(40)
    assert StoreCredit.objects.get().reference == refund.pk


def test_a_second_person_approves_it_as_well(payment):
    clerk = UserFactory.create()
    [refund] = request_order_refund(
        payment.order_id, Decimal(40), reason="", actor_id=clerk.pk, as_credit=True
    )

    with pytest.raises(SecondPersonNeeded):
        approve_refund(refund.pk, actor_id=clerk.pk)

    deliver_due()
    assert balance(payment) == 0


def test_credit_and_money_together_never_exceed_what_was_captured(simulator, payment):
    approve(ask(payment, 70))

    with pytest.raises(RefundExceedsPayment):
        ask(payment, 31, as_credit=False)
    approve(ask(payment, 30, as_credit=False))

    payment.refresh_from_db()
    assert (payment.refunded, balance(payment)) == (Decimal(100), Decimal(70))
    assert [each["amount"] for each in simulator.bank.get(payment.gateway_id)["refunds"]] == [3000]


def test_the_nightly_comparison_finds_nothing_missing_at_the_provider(payment):
    approve(ask(payment, 40))

    assert list(reconcile("simulator", payment.created_at)) == []


def test_money_by_hand_becomes_credit_without_staff_sending_any():
    payment = pay(held_order(), "transfer", type="bank_transfer", gateway="manual")
    record_manual_capture(
        payment.pk, amount=Decimal(100), bank_reference="B-1", actor_id=UserFactory.create().pk
    )

    refund = ask(payment, 40)
    approve_refund(refund.pk, actor_id=UserFactory.create().pk)
    complete_refund_by_hand(refund.pk, reference="never sent")
    assert balance(payment) == 0
    tasks.submit_refunds()

    assert balance(payment) == Decimal(40)


def test_what_was_paid_with_credit_goes_back_there_whatever_staff_choose(simulator):
    order = held_order()
    credit = credit_of(order.customer, 30)
    pay_with_credit(order.pk, Decimal(30))
    payment = captured(simulator, order)

    clerk = UserFactory.create()
    for refund in request_order_refund(order.pk, Decimal(80), reason="", actor_id=clerk.pk):
        approve(refund)

    credit.refresh_from_db()
    payment.refresh_from_db()
    assert (payment.refunded, credit.balance) == (Decimal(70), Decimal(10))
    assert StoreCredit.objects.count() == 1


def test_credit_given_back_in_parts_fills_what_was_spent_and_no_more():
    order = held_order()
    credit = credit_of(order.customer, 100)
    paid = pay_with_credit(order.pk, Decimal(100))
    assert settle(paid.pk).state == "captured"

    for amount in (60, 40):
        approve(ask(paid, amount, as_credit=False))

    credit.refresh_from_db()
    assert credit.balance == Decimal(100)
    with pytest.raises(RefundExceedsPayment):
        ask(paid, 1)


def test_no_credit_for_money_that_the_provider_has_given_back_meanwhile(simulator, payment):
    refund = ask(payment, 40)
    approve_refund(refund.pk, actor_id=UserFactory.create().pk)
    told = {"amount": 10_000, "reference": ""}
    simulator.bank.refund(payment.gateway_id, told, "by-hand-at-the-provider")
    settle(payment.pk)

    tasks.submit_refunds()

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, payment.refunded) == (RefundState.CANCELLED, Decimal(100))
    assert balance(payment) == 0
    assert refund.error_message == "Al pago no le queda tanto por devolver."
