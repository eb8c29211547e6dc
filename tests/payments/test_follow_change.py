"""The money of an order whose total changes: the difference is asked for, a surplus given back."""

from decimal import Decimal
from uuid import UUID

import pytest

from orders.models import Order, OrderEvent
from orders.states import OrderStatus, PaymentStatus
from payments import selectors
from payments.exceptions import OrderNotPayable
from payments.models import MethodType, Payment, Refund
from payments.services.expire import expire_order
from payments.services.refunds import approve_refund, reject_refund
from payments.services.send_refunds import submit_refund
from payments.services.settle import follow_change, settle, settle_order
from payments.services.start import close_outdated_attempts
from payments.states import PaymentState, RefundState
from simulator.server import Server
from tests.accounts.factories import UserFactory
from tests.orders.factories import had_delivery
from tests.payments.factories import held_order, pay
from tests.payments.steps import request_refund

pytestmark = pytest.mark.django_db
MANUAL = {"gateway": "manual", "commission_fixed": 0, "commission_percent": 0}


def costs(order: Order, total: int) -> UUID:
    """Staff have changed the order: it costs this much now."""
    clerk = UserFactory.create()
    Order.objects.filter(pk=order.pk).update(subtotal=total, total=total)
    follow_change(order.pk, actor_id=clerk.pk)
    close_outdated_attempts(order.pk)
    order.refresh_from_db()
    return UUID(str(clerk.pk))


def paid(simulator: Server) -> Order:
    order = held_order()
    capture(simulator, pay(order))
    order.refresh_from_db()
    return order


def capture(simulator: Server, payment: Payment) -> None:
    simulator.bank.capture(payment.gateway_id)
    settle(payment.pk)


def send_back(refund: Refund) -> None:
    approve_refund(refund.pk, actor_id=UserFactory.create().pk)
    submit_refund(refund.pk)


def test_a_dearer_order_leaves_only_when_the_difference_is_paid(simulator: Server) -> None:
    order = paid(simulator)

    costs(order, 130)
    was_kept_back = not order.may_ship
    difference = pay(order)
    capture(simulator, difference)

    order.refresh_from_db()
    assert (was_kept_back, difference.amount) == (True, Decimal(30))
    assert (order.payment_status, order.may_ship) == (PaymentStatus.PAID, True)
    with pytest.raises(OrderNotPayable):
        pay(order)


def test_what_a_difference_waits_for_is_no_reason_to_expire(simulator: Server) -> None:
    order = paid(simulator)

    costs(order, 130)
    has_expired = expire_order(order.pk)

    order.refresh_from_db()
    assert not has_expired
    assert (order.status, order.owes_difference) == (OrderStatus.CONFIRMED, True)


def test_a_cheaper_order_asks_its_surplus_back_in_the_name_of_who_changed_it(
    simulator: Server,
) -> None:
    order = paid(simulator)

    clerk = costs(order, 80)
    settle_order(order.pk)

    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (Decimal(20), RefundState.REQUESTED)
    assert (refund.requested_by_id, refund.is_automatic) == (clerk, False)
    send_back(refund)
    order.refresh_from_db()
    assert (order.payment_status, order.may_ship) == (PaymentStatus.PAID, True)
    assert selectors.due_of(order) == 0


def test_a_refund_that_staff_refuse_is_not_sent_by_the_shop_itself(simulator: Server) -> None:
    order = paid(simulator)
    costs(order, 80)

    reject_refund(Refund.objects.get().pk)
    settle_order(order.pk)

    order.refresh_from_db()
    assert Refund.objects.get().state == RefundState.REJECTED
    assert order.payment_status == PaymentStatus.OVERPAID


def test_a_later_change_replaces_what_an_earlier_one_asked_back(simulator: Server) -> None:
    order = paid(simulator)
    costs(order, 80)

    costs(order, 95)

    states = dict(Refund.objects.values_list("amount", "state"))
    assert states == {Decimal(20): RefundState.REJECTED, Decimal(5): RefundState.REQUESTED}


def test_what_was_given_back_for_a_change_is_owed_again_when_the_order_grows(
    simulator: Server,
) -> None:
    order = paid(simulator)
    costs(order, 80)
    send_back(Refund.objects.get())

    costs(order, 100)

    assert (order.owes_difference, pay(order).amount) == (True, Decimal(20))


def test_goodwill_is_not_paid_again_by_who_wants_more(simulator: Server) -> None:
    order = paid(simulator)
    payment = order.payments.get()
    send_back(request_refund(payment, 10))

    costs(order, 130)

    assert pay(order).amount == Decimal(30)


def test_an_order_that_costs_nothing_any_more_is_paid(simulator: Server) -> None:
    order = paid(simulator)

    costs(order, 0)
    send_back(Refund.objects.get())

    order.refresh_from_db()
    assert (order.payment_status, order.may_ship) == (PaymentStatus.PAID, True)


def test_a_page_that_asks_for_the_old_amount_is_closed(simulator: Server) -> None:
    order = held_order()
    old = pay(order)

    costs(order, 130)
    new = pay(order)

    old.refresh_from_db()
    assert old.state == PaymentState.EXPIRED
    assert (new.pk != old.pk, new.amount) == (True, Decimal(130))


def test_the_old_amount_paid_at_the_last_moment_counts_towards_the_new(simulator: Server) -> None:
    order = held_order()
    old = pay(order)
    simulator.bank.capture(old.gateway_id)

    costs(order, 130)
    capture(simulator, pay(order))

    order.refresh_from_db()
    assert (order.status, order.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    amounts = Payment.objects.filter(captured__gt=0).values_list("captured", flat=True)
    assert sorted(amounts) == [Decimal(30), Decimal(100)]


def test_a_cheaper_order_paid_at_its_old_price_gets_the_rest_back(simulator: Server) -> None:
    order = held_order()
    old = pay(order)
    simulator.bank.capture(old.gateway_id)

    costs(order, 80)

    refund = Refund.objects.get()
    assert (refund.amount, refund.is_automatic) == (Decimal(20), True)
    assert order.status == OrderStatus.CONFIRMED


def test_who_pays_at_the_door_is_asked_for_the_new_amount(simulator: Server) -> None:
    order = held_order()
    had_delivery(order.customer)
    payment = pay(order, "cash", type=MethodType.CASH_ON_DELIVERY, **MANUAL)

    costs(order, 130)

    payment.refresh_from_db()
    assert (payment.amount, payment.state) == (Decimal(130), PaymentState.OPEN)
    assert order.may_ship


def test_the_timeline_tells_of_each_refund_once(simulator: Server) -> None:
    order = paid(simulator)

    costs(order, 80)
    for _ in range(3):
        settle_order(order.pk)

    told = OrderEvent.objects.filter(order=order, kind="refund_requested")
    assert (told.count(), Refund.objects.count()) == (1, 1)
