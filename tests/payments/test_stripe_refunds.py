"""Money that goes back by Stripe or is taken back by a bank, and Stripe's own lists."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.states import PaymentStatus
from payments import gateways
from payments.models import Dispute, Refund
from payments.services.send_refunds import submit_refund
from payments.services.settle import settle
from payments.states import DisputeState, RefundState
from tests.payments.steps import begin, paid, request_refund, ring, state_of

pytestmark = pytest.mark.django_db


def test_a_refund_that_fails_later_is_free_to_be_made_again(stripe):
    payment = paid(stripe)
    stripe.account.refund_status = "pending"
    refund = request_refund(payment, 100, is_automatic=True)
    submit_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.state == RefundState.PENDING

    stripe.account.settle_refund(refund.gateway_reference, "failed")
    ring(stripe)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, refund.error_message) == (RefundState.FAILED, "lost_or_stolen_card")
    assert payment.refund_reserved == Decimal(0)
    assert state_of(payment)[2] == PaymentStatus.PAID


def test_a_refund_that_the_bank_gives_back_is_undone(stripe):
    payment = paid(stripe)
    refund = request_refund(payment, 100, is_automatic=True)
    submit_refund(refund.pk)
    refund.refresh_from_db()

    stripe.account.settle_refund(refund.gateway_reference, "failed")
    ring(stripe)

    payment.refresh_from_db()
    assert payment.refunded == Decimal(0)
    assert Refund.objects.get().state == RefundState.FAILED


def test_more_refunds_than_come_with_a_charge_are_all_counted(stripe):
    payment = paid(stripe)
    for _ in range(12):
        stripe.account.refund_in_dashboard(payment.gateway_id, 500)

    settle(payment.pk)

    payment.refresh_from_db()
    assert payment.refunded == Decimal(60)


@pytest.mark.parametrize(
    ("status", "state", "order"),
    [
        ("won", DisputeState.WON, PaymentStatus.PAID),
        ("lost", DisputeState.LOST, PaymentStatus.DISPUTED),
    ],
)
def test_a_dispute_takes_the_money_and_gives_it_back_only_when_won(stripe, status, state, order):
    payment = paid(stripe)
    dispute = stripe.account.dispute(payment.gateway_id)
    ring(stripe)
    assert state_of(payment)[2] == PaymentStatus.DISPUTED

    stripe.account.close_dispute(dispute["id"], status)
    ring(stripe)

    kept = Dispute.objects.get()
    assert (kept.state, kept.amount) == (state, Decimal(100))
    assert state_of(payment)[2] == order


def test_an_inquiry_of_the_bank_takes_no_money(stripe):
    payment = paid(stripe)
    stripe.account.dispute(payment.gateway_id, inquiry=True)

    ring(stripe)

    assert Dispute.objects.get().state == DisputeState.NEEDS_RESPONSE
    assert state_of(payment)[2] == PaymentStatus.PAID


def test_a_list_of_events_is_read_to_its_end(stripe):
    payments = [begin(stripe) for _ in range(2)]
    stripe.pay(payments[0])
    for _ in range(120):
        stripe.account.decline(payments[1].gateway_id)

    found = dict(gateways.get("stripe").changed_since(timezone.now() - timedelta(days=1)))

    assert found.keys() == {payment.gateway_id for payment in payments}
