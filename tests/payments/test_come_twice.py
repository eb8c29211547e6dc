"""Money that comes twice goes back once, whatever was given back before and anyone who did so."""

from decimal import Decimal
from typing import Any

import pytest
from post_office.models import Email

from orders import services as orders
from orders.models import Order
from orders.states import OrderStatus, PaymentStatus
from outbox.tasks import deliver_due
from payments import tasks
from payments.models import Payment, Refund
from payments.selectors import balance_of
from payments.services.refunds import approve_refund
from payments.services.send_refunds import submit_refund
from payments.services.settle import settle, settle_order
from payments.states import RefundState
from tests.accounts.factories import UserFactory
from tests.payments.factories import held_order, pay
from tests.payments.steps import captured, request_refund
from tests.payments.test_settle import simulator_pays_late

pytestmark = pytest.mark.django_db


def give_back(payment: Payment, amount: int) -> Refund:
    """Staff ask, somebody else approves, and it arrives."""
    refund = request_refund(payment, amount)
    approve_refund(refund.pk, actor_id=UserFactory.create().pk)
    return submit_refund(refund.pk)


def pay_again(simulator: Any, payment: Payment) -> Decimal:
    """The same page takes the money once more; what the shop gives back of it by itself."""
    before = set(Refund.objects.values_list("pk", flat=True))
    simulator_pays_late(simulator, payment)
    for _round in range(2):
        settle(payment.pk)
        tasks.submit_refunds()
    fresh = Refund.objects.exclude(pk__in=before).filter(state=RefundState.SUCCEEDED)
    return sum((refund.amount for refund in fresh), Decimal(0))


@pytest.mark.parametrize("goodwill", [1, 30, 99, 100])
def test_what_comes_twice_goes_back_whatever_was_given_back_before(simulator, goodwill):
    payment = captured(simulator)
    give_back(payment, goodwill)

    assert pay_again(simulator, payment) == 100

    payment.refresh_from_db()
    assert payment.captured - payment.refunded == 100 - goodwill
    assert pay_again(simulator, payment) == 100


def test_a_refund_that_was_only_asked_for_is_no_room_either(simulator):
    payment = captured(simulator)
    request_refund(payment, 30)

    assert pay_again(simulator, payment) == 100


def test_what_was_given_back_by_hand_after_the_provider_refused_does_not_go_twice(simulator):
    payment = captured(simulator, times=2)
    Refund.objects.update(state=RefundState.SUBMITTED)
    Refund.objects.update(state=RefundState.FAILED)
    Payment.objects.update(refund_reserved=0)

    give_back(payment, 100)
    settle_order(payment.order_id)

    assert Refund.objects.filter(state=RefundState.APPROVED).count() == 0
    assert pay_again(simulator, payment) == 100


def test_who_gives_it_back_at_the_provider_first_has_given_it_back(simulator):
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id, times=2)
    simulator.bank.refund(payment.gateway_id, {"amount": 10000, "reference": ""}, "dashboard")

    settle(payment.pk)
    settle_order(payment.order_id)

    assert [refund.state for refund in Refund.objects.all()] == [RefundState.EXTERNAL]
    assert balance_of(payment.order).counted == 100
    assert pay_again(simulator, payment) == 100


def test_goodwill_at_the_provider_is_not_eaten_by_money_that_comes_later(simulator):
    payment = captured(simulator)
    simulator.bank.refund(payment.gateway_id, {"amount": 3000, "reference": ""}, "dashboard")
    settle(payment.pk)

    assert pay_again(simulator, payment) == 100


def test_goodwill_before_a_cancellation_is_not_given_back_once_more(simulator):
    payment = captured(simulator)
    give_back(payment, 30)
    orders.cancel(payment.order_id, actor_id=None, reason="a test")
    settle_order(payment.order_id)
    automatic = Refund.objects.get(is_automatic=True)
    Refund.objects.filter(pk=automatic.pk).update(state=RefundState.SUBMITTED)
    Refund.objects.filter(pk=automatic.pk).update(state=RefundState.FAILED)

    settle_order(payment.order_id)

    assert (automatic.amount, Refund.objects.filter(is_automatic=True).count()) == (70, 1)


def test_money_for_a_cancelled_order_goes_back_and_does_not_revive_it(simulator, settings):
    settings.LANGUAGE_CODE = "es"
    payment = pay(held_order())
    orders.cancel_by_customer(payment.order_id, actor_id=None)

    assert pay_again(simulator, payment) == 100
    deliver_due()

    order = Order.objects.get(pk=payment.order_id)
    assert (order.status, order.payment_status) == (OrderStatus.CANCELLED, PaymentStatus.REFUNDED)
    assert order.paid_at is None
    [mail] = Email.objects.filter(to=order.email, subject__contains="reembolso")
    assert "está cancelado" in mail.message
