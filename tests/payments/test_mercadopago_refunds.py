"""Money that leaves by Mercado Pago: refunds asked for here or there, chargebacks, complaints."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from orders.states import PaymentStatus
from payments import tasks
from payments.models import Dispute, LedgerEntry, Payment, Refund
from payments.services.refunds import approve_refund, request_refund
from payments.services.settle import settle
from payments.states import DisputeState, RefundState
from tests.accounts.factories import UserFactory
from tests.payments.mercadopago import outcome, paid, ring
from tests.providers.mercadopago import judge
from tests.providers.mercadopago.driver import MercadoPagoDriver, trading
from tests.providers.server import Fault

pytestmark = pytest.mark.django_db


@pytest.fixture
def mercadopago(settings: Any) -> Iterator[MercadoPagoDriver]:
    with trading(settings) as driver:
        yield driver
        assert judge.faults_of(driver.server.exchanges) == []


def test_a_refund_whose_answer_is_lost_is_made_once(mercadopago):
    _order, payment, _ = paid(mercadopago)
    refund = asked_back(payment, "30.00")
    mercadopago.server.fail(mercadopago.path_of("refund"), Fault.CUT)

    tasks.submit_refunds()
    Refund.objects.update(submitted_at=timezone.now() - timedelta(minutes=5))
    tasks.submit_refunds()

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert mercadopago.refunded_total() == payment.refunded == Decimal(30)


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.GARBAGE])
def test_a_refund_whose_answer_is_lost_is_made_once_when_its_key_is_forgotten(mercadopago, fault):
    _order, payment, _ = paid(mercadopago)
    refund = asked_back(payment, "30.00")
    mercadopago.server.fail(mercadopago.path_of("refund"), fault)

    tasks.submit_refunds()
    mercadopago.provider.forget_keys()
    Refund.objects.update(submitted_at=timezone.now() - timedelta(days=2))
    tasks.submit_refunds()

    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert mercadopago.refunded_total() == Decimal(30)


def test_a_refund_that_was_lost_on_its_way_is_made_though_another_one_was(mercadopago):
    _order, payment, payment_id = paid(mercadopago)
    mercadopago.account.refund_in_dashboard(payment_id, Decimal(30))
    ring(mercadopago)
    refund = asked_back(payment, "30.00")
    mercadopago.server.fail(mercadopago.path_of("refund"), Fault.REFUSED)

    tasks.submit_refunds()
    Refund.objects.filter(pk=refund.pk).update(submitted_at=timezone.now() - timedelta(days=2))
    tasks.submit_refunds()

    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert mercadopago.refunded_total() == Decimal(60)


def test_news_of_a_refund_whose_answer_was_lost_is_news_of_that_refund(mercadopago):
    _, payment, _ = paid(mercadopago)
    refund = asked_back(payment, "30.00")
    mercadopago.server.fail(mercadopago.path_of("refund"), Fault.CUT)
    tasks.submit_refunds()

    ring(mercadopago)

    payment.refresh_from_db()
    assert Refund.objects.get() == refund
    assert Refund.objects.get().state == RefundState.SUCCEEDED
    assert payment.refund_reserved == payment.refunded == Decimal(30)


def test_a_refund_in_the_dashboard_is_not_taken_for_ours(mercadopago):
    order, payment, payment_id = paid(mercadopago)

    mercadopago.account.refund_in_dashboard(payment_id, Decimal(40))
    ring(mercadopago)

    payment.refresh_from_db()
    assert Refund.objects.get().state == RefundState.EXTERNAL
    assert (payment.refunded, payment.refund_reserved) == (Decimal(40), Decimal(40))
    assert outcome(order)[1] == PaymentStatus.PARTIALLY_REFUNDED


def test_a_refund_that_the_provider_refuses_gives_its_room_back(mercadopago):
    _order, payment, payment_id = paid(mercadopago)
    refund = asked_back(payment, "80.00")
    mercadopago.account.refund_in_dashboard(payment_id, Decimal(40))

    tasks.submit_refunds()
    settle(payment.pk)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.state == RefundState.FAILED
    assert mercadopago.refunded_total() == payment.refunded == Decimal(40)


def test_a_refund_that_hangs_and_fails_leaves_the_order_paid(mercadopago):
    order, payment, payment_id = paid(mercadopago)
    mercadopago.account.refunds_wait = True
    refund = asked_back(payment, "100.00")
    tasks.submit_refunds()
    refund.refresh_from_db()
    assert refund.state == RefundState.PENDING

    made = mercadopago.account.payments[payment_id]["refunds"][0]
    mercadopago.account.finish_refund(made["id"], is_given=False)
    ring(mercadopago)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, payment.refund_reserved) == (RefundState.FAILED, 0)
    assert outcome(order)[1] == PaymentStatus.PAID


@pytest.mark.parametrize(
    ("is_won", "state", "kept"), [(True, "won", Decimal(100)), (False, "lost", Decimal(0))]
)
def test_a_chargeback_takes_the_money_and_gives_it_back_only_if_won(
    mercadopago, is_won, state, kept
):
    _order, payment, payment_id = paid(mercadopago)
    case = mercadopago.account.charge_back(payment_id)
    ring(mercadopago)
    assert Dispute.objects.get().state == DisputeState.NEEDS_RESPONSE
    assert net(payment) == 0

    mercadopago.account.answer_chargeback(case["id"])
    ring(mercadopago)
    assert Dispute.objects.get().state == DisputeState.UNDER_REVIEW
    mercadopago.account.close_chargeback(case["id"], is_won=is_won)
    ring(mercadopago)

    assert Dispute.objects.get().state == state
    assert net(payment) == kept


def test_a_complaint_at_mercado_pago_moves_no_money_by_itself(mercadopago):
    order, payment, payment_id = paid(mercadopago)

    mercadopago.account.mediate(payment_id)
    ring(mercadopago)
    payment.refresh_from_db()
    assert (payment.state, payment.error_message) == ("captured", "in_mediation: pending")
    mercadopago.account.mediate(payment_id, is_over=True)
    ring(mercadopago)

    payment.refresh_from_db()
    assert payment.error_message == ""
    assert outcome(order)[1] == PaymentStatus.PAID


def asked_back(payment: Payment, amount: str) -> Refund:
    """A refund that staff have asked for and approved."""
    refund = request_refund(payment.pk, Decimal(amount), reason="broken")
    return approve_refund(refund.pk, actor_id=UserFactory.create().pk)


def net(payment: Payment) -> Decimal:
    """What the ledger says we keep."""
    rows = LedgerEntry.objects.filter(payment=payment)
    signs = {"refund": -1, "chargeback": -1}
    return sum((row.amount * signs.get(row.kind, 1) for row in rows), start=Decimal(0))
