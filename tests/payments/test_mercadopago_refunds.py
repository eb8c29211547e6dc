"""Money that leaves by Mercado Pago: refunds asked for here or there, chargebacks, complaints."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.states import PaymentStatus
from payments import tasks
from payments.models import Dispute, Refund
from payments.states import DisputeState, RefundState
from tests.payments.steps import ask_back, money_of, net, paid, ring
from tests.providers.server import Fault

pytestmark = pytest.mark.django_db


def test_a_refund_that_was_lost_on_its_way_is_made_though_another_one_was(mercadopago):
    payment = paid(mercadopago)
    payment_id = next(iter(mercadopago.account.payments))
    mercadopago.account.refund_in_dashboard(payment_id, Decimal(30))
    ring(mercadopago)
    refund = ask_back(payment)
    mercadopago.server.fail(mercadopago.paths["refund"], Fault.REFUSED)

    tasks.submit_refunds()
    Refund.objects.filter(pk=refund.pk).update(submitted_at=timezone.now() - timedelta(days=2))
    tasks.submit_refunds()

    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert mercadopago.refunded_total() == Decimal(60)


def test_news_of_a_refund_whose_answer_was_lost_is_news_of_that_refund(mercadopago):
    payment = paid(mercadopago)
    refund = ask_back(payment)
    mercadopago.server.fail(mercadopago.paths["refund"], Fault.CUT)
    tasks.submit_refunds()

    ring(mercadopago)

    payment.refresh_from_db()
    assert Refund.objects.get() == refund
    assert Refund.objects.get().state == RefundState.SUCCEEDED
    assert payment.refund_reserved == payment.refunded == Decimal(30)


def test_a_refund_that_hangs_and_fails_leaves_the_order_paid(mercadopago):
    payment = paid(mercadopago)
    payment_id = next(iter(mercadopago.account.payments))
    mercadopago.account.refunds_wait = True
    refund = ask_back(payment, 100)
    tasks.submit_refunds()
    refund.refresh_from_db()
    assert refund.state == RefundState.PENDING

    made = mercadopago.account.payments[payment_id]["refunds"][0]
    mercadopago.account.finish_refund(made["id"], is_given=False)
    ring(mercadopago)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, payment.refund_reserved) == (RefundState.FAILED, 0)
    assert money_of(payment) == PaymentStatus.PAID


@pytest.mark.parametrize(
    ("is_won", "state", "kept"), [(True, "won", Decimal(100)), (False, "lost", Decimal(0))]
)
def test_a_chargeback_takes_the_money_and_gives_it_back_only_if_won(
    mercadopago, is_won, state, kept
):
    payment = paid(mercadopago)
    payment_id = next(iter(mercadopago.account.payments))
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
    payment = paid(mercadopago)
    payment_id = next(iter(mercadopago.account.payments))

    mercadopago.account.mediate(payment_id)
    ring(mercadopago)
    payment.refresh_from_db()
    assert (payment.state, payment.error_message) == ("captured", "in_mediation: pending")
    mercadopago.account.mediate(payment_id, is_over=True)
    ring(mercadopago)

    payment.refresh_from_db()
    assert payment.error_message == ""
    assert money_of(payment) == PaymentStatus.PAID
