"""Money going back: never more than has come, never twice, and not by one person alone."""

from decimal import Decimal

import pytest
from django.utils import timezone

from payments import tasks
from payments.captures import captures_of
from payments.exceptions import RefundExceedsPayment, SecondPersonNeeded
from payments.gateways.base import ProviderSnapshot, RefundFact
from payments.models import Refund
from payments.services.refunds import approve_refund, reject_refund
from payments.services.send_refunds import submit_refund
from payments.services.settle import apply_snapshot, settle
from payments.states import PaymentState, RefundState
from tests.accounts.factories import UserFactory
from tests.concurrency import at_once
from tests.payments.steps import captured, request_refund


@pytest.mark.django_db(transaction=True)
def test_of_twelve_refunds_of_thirty_at_once_three_fit_into_a_hundred(simulator):
    payment = captured(simulator)

    def ask():
        try:
            request_refund(payment, 30)
        except RefundExceedsPayment:
            return "refused"
        return "taken"

    results = at_once(ask, times=12)

    payment.refresh_from_db()
    assert (results.count("taken"), payment.refund_reserved) == (3, Decimal(90))


@pytest.mark.django_db
def test_who_asks_does_not_approve(simulator):
    payment = captured(simulator)
    asker, other = UserFactory.create(), UserFactory.create()
    refund = request_refund(payment, 30, requested_by=asker.pk)

    with pytest.raises(SecondPersonNeeded):
        approve_refund(refund.pk, actor_id=asker.pk)
    approve_refund(refund.pk, actor_id=other.pk)
    tasks.submit_refunds()

    refund.refresh_from_db()
    payment.refresh_from_db()
    payment.order.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert payment.refunded == Decimal(30)
    assert payment.order.payment_status == "partially_refunded"


@pytest.mark.django_db
def test_a_super_administrator_approves_his_own_and_that_is_written_down(simulator):
    chief = UserFactory.create(is_superuser=True)
    refund = request_refund(captured(simulator), 30, requested_by=chief.pk)

    approve_refund(refund.pk, actor_id=chief.pk)

    refund.refresh_from_db()
    assert (refund.state, refund.is_self_approved) == (RefundState.APPROVED, True)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "refund-lost"], ids=["no key", "a key that we do not know"])
def test_a_refund_made_at_the_provider_is_found_and_counted_once(simulator, key):
    payment = captured(simulator)
    simulator.bank.refund(payment.gateway_id, {"amount": 4000, "reference": key}, "dashboard")

    settle(payment.pk)
    settle(payment.pk)

    payment.refresh_from_db()
    assert Refund.objects.get().state == RefundState.EXTERNAL
    assert (payment.refunded, payment.refund_reserved) == (Decimal(40), Decimal(40))


@pytest.mark.django_db
def test_what_was_given_back_at_the_provider_of_no_named_capture_is_not_given_twice(simulator):
    payment = captured(simulator)
    fact = RefundFact(
        reference="re_elsewhere",
        amount=Decimal(70),
        currency="PEN",
        occurred_at=timezone.now(),
        state=RefundState.SUCCEEDED,
        key="",
    )
    truth = ProviderSnapshot(state=PaymentState.CAPTURED, reference=payment.number, refunds=[fact])
    apply_snapshot(payment.pk, truth)

    [capture] = captures_of(payment)

    assert capture.left == Decimal(30)


@pytest.mark.django_db
def test_what_was_given_back_at_the_provider_is_not_free_when_ours_is_rejected(simulator):
    payment = captured(simulator)
    ours = request_refund(payment, 30)
    simulator.bank.refund(payment.gateway_id, {"amount": 9000, "reference": ""}, "dashboard")
    settle(payment.pk)

    reject_refund(ours.pk)

    payment.refresh_from_db()
    assert (payment.refunded, payment.refund_reserved) == (Decimal(90), Decimal(90))


@pytest.mark.django_db
def test_what_the_provider_refuses_is_free_again(simulator):
    payment = captured(simulator)
    refund = request_refund(payment, 60, is_automatic=True)
    simulator.bank.refund(payment.gateway_id, {"amount": 5000, "reference": "x"}, "dashboard")

    submit_refund(refund.pk)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.state == RefundState.FAILED
    assert payment.refund_reserved == Decimal(0)
