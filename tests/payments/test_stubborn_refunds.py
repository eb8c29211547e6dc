"""Refunds that a provider refuses: staff are left to mend them, and the shop does not insist."""

from decimal import Decimal

import pytest

from orders import services as orders
from payments import tasks
from payments.models import Payment, Refund
from payments.services.settle import settle, settle_order
from payments.states import RefundState
from tests.payments.steps import captured, request_refund
from tests.payments.test_settle import simulator_pays_late

pytestmark = pytest.mark.django_db


def test_a_refund_that_is_refused_is_not_asked_for_again_and_again(simulator):
    payment = captured(simulator)
    simulator.bank.refund(payment.gateway_id, {"amount": 5000, "reference": "x"}, "dashboard")
    orders.cancel(payment.order_id, actor_id=None, reason="changed my mind")
    settle_order(payment.order_id)

    for _round in range(3):
        tasks.submit_refunds()

    assert [refund.state for refund in Refund.objects.all()] == [RefundState.FAILED]


def test_what_staff_give_back_elsewhere_makes_up_for_what_was_refused(simulator):
    payment = refused_surplus(simulator)

    staff = request_refund(payment, 100)

    settle_order(payment.order_id)
    assert list(Refund.objects.exclude(pk=staff.pk).values_list("state", flat=True)) == ["failed"]


def test_new_money_too_much_goes_back_less_what_was_given_back_elsewhere(simulator):
    payment = refused_surplus(simulator)

    simulator_pays_late(simulator, payment)
    settle(payment.pk)

    waiting = Refund.objects.filter(state=RefundState.APPROVED)
    assert [refund.amount for refund in waiting] == [Decimal(300 - 150 - 100)]


def refused_surplus(simulator) -> Payment:
    """An order that was paid twice, whose second payment the provider would not give back."""
    payment = captured(simulator, times=2)
    simulator.bank.refund(payment.gateway_id, {"amount": 15000, "reference": "x"}, "elsewhere")
    tasks.submit_refunds()
    return payment
