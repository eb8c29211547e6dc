"""From the provider's truth to the order, no matter who brings the news and however often."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from inventory.models import MovementKind
from inventory.selectors import available_quantities
from orders import services as orders
from orders.events import OrderCancelled
from orders.models import OrderEvent, OrderEventKind
from orders.states import OrderStatus, PaymentStatus
from payments import handlers, tasks
from payments.exceptions import OrderNotPayable
from payments.models import LedgerEntry, LedgerKind, MethodType, Payment, Refund
from payments.services.expire import expire_order
from payments.services.settle import settle
from payments.states import PaymentState, RefundState
from tests.concurrency import at_once
from tests.payments.factories import (
    OrderFactory,
    held_order,
    pay,
    return_path,
    ring,
    stocked_variant,
)
from tests.payments.steps import IN_REVIEW, PAID, captured, run_out, state_of

pytestmark = pytest.mark.django_db


def test_an_approved_payment_makes_the_order_a_sale(simulator):
    order = held_order()
    payment = pay(order)
    assert payment.redirect_url.startswith(simulator.url)

    simulator.bank.capture(payment.gateway_id)
    assert ring(simulator) == [200]
    tasks.process_webhooks()

    payment.refresh_from_db()
    assert state_of(payment) == PAID
    assert payment.captured == Decimal(100)
    assert payment.fee == Decimal("4.50")


@pytest.mark.django_db(transaction=True)
def test_webhook_return_and_poller_at_once_record_the_money_once(simulator):
    variant = stocked_variant(3)
    order = held_order(variant)
    payment = pay(order)
    simulator.bank.capture(payment.gateway_id)
    ring(simulator)
    ways: list[Callable[[], object]] = [
        tasks.process_webhooks,
        lambda: Client().get(return_path(order)),
        lambda: tasks.ask(payment.pk),
    ] * 3

    def try_one():
        ways.pop()()

    at_once(try_one, times=9)

    order.refresh_from_db()
    assert order.payment_status == PaymentStatus.PAID
    assert LedgerEntry.objects.filter(payment=payment).count() == 1
    assert variant.movements.filter(kind=MovementKind.SALE).count() == 1
    assert available_quantities([variant.pk])[variant.pk] == 2
    assert OrderEvent.objects.filter(order=order, kind=OrderEventKind.PAID).count() == 1


def test_after_a_decline_the_shopper_can_pay_again(simulator):
    order = held_order()
    first = pay(order)
    simulator.bank.decline(first.gateway_id)
    assert settle(first.pk).state == PaymentState.FAILED

    second = captured(simulator, order)

    order.refresh_from_db()
    assert second.pk != first.pk
    assert order.payment_status == PaymentStatus.PAID


def test_what_is_paid_twice_goes_back_by_itself(simulator):
    order = held_order()
    payment = pay(order)
    simulator.bank.capture(payment.gateway_id, times=2)

    settle(payment.pk)
    order.refresh_from_db()
    assert order.payment_status == PaymentStatus.OVERPAID
    tasks.submit_refunds()
    tasks.submit_refunds()

    order.refresh_from_db()
    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (Decimal(100), RefundState.SUCCEEDED)
    assert order.payment_status == PaymentStatus.PAID
    assert len(simulator.bank.get(payment.gateway_id)["refunds"]) == 1


def test_a_cent_too_little_is_looked_at_by_staff_and_pays_nothing(simulator):
    order = held_order()
    payment = pay(order)
    simulator.bank.capture(payment.gateway_id, amount=9999)

    settle(payment.pk)

    assert state_of(payment) == IN_REVIEW
    assert LedgerEntry.objects.get().is_accepted is False
    with pytest.raises(OrderNotPayable):
        pay(order)


@pytest.mark.parametrize(("units", "is_paid"), [(2, True), (1, False)])
def test_late_money_pays_if_the_units_can_be_had_and_goes_back_if_not(simulator, units, is_paid):
    variant = stocked_variant(units)
    order = held_order(variant)
    payment = pay(order)
    run_out(payment)
    assert expire_order(order.pk)
    held_order(variant)
    simulator_pays_late(simulator, payment)

    settle(payment.pk)
    tasks.submit_refunds()

    payment.refresh_from_db()
    if is_paid:
        assert state_of(payment) == PAID
        assert not Refund.objects.exists()
    else:
        assert state_of(payment)[1:] == (OrderStatus.EXPIRED, PaymentStatus.REFUNDED)
        assert payment.refunded == Decimal(100)


def test_a_payment_that_is_under_way_keeps_the_order_from_expiring(simulator):
    order = held_order()
    payment = pay(order)
    simulator.bank.delay(payment.gateway_id, 60)
    run_out(payment)

    assert expire_order(order.pk) is False

    order.refresh_from_db()
    assert order.payment_status == PaymentStatus.PENDING
    assert order.expires_at
    assert order.expires_at > timezone.now() + timedelta(minutes=9)


def test_a_cancelled_order_gives_its_money_back(simulator):

    order = held_order()
    payment = captured(simulator, order)
    orders.cancel(order.pk, actor_id=None, reason="changed my mind")

    handlers.send_money_back(OrderCancelled(order_id=str(order.pk), reason=""))
    tasks.submit_refunds()

    assert state_of(payment)[1:] == (OrderStatus.CANCELLED, PaymentStatus.REFUNDED)


def test_the_return_page_believes_nothing_that_its_address_says(simulator):
    order = held_order()
    payment = pay(order)

    back = return_path(order)
    answer = Client().get(f"{back}&status=approved")

    payment.refresh_from_db()
    link = f"/orders/{order.number}/?token={back.partition('?key=')[2]}"
    assert answer.headers["Location"].endswith(link)
    assert payment.state == PaymentState.OPEN
    assert not LedgerEntry.objects.filter(kind=LedgerKind.CAPTURE).exists()


def simulator_pays_late(simulator, payment: Payment) -> None:
    """The provider took the money although the shop had closed the payment."""
    bank = simulator.bank
    document = bank.get(payment.gateway_id)
    document["status"] = "open"
    document["expires_at"] = None
    with bank._change():
        bank._put(document)
    bank.capture(payment.gateway_id)


def test_an_order_that_was_confirmed_meanwhile_keeps_its_attempt():
    order = held_order()
    payment = pay(order, "cod", type=MethodType.CASH_ON_DELIVERY, gateway="manual")

    assert expire_order(order.pk) is False

    payment.refresh_from_db()
    assert payment.state == PaymentState.OPEN


def test_the_agreed_commission_has_the_decimals_of_its_currency(simulator):
    order = OrderFactory.create(currency="CLP", subtotal=Decimal(9990))
    payment = pay(order)
    simulator.bank.capture(payment.gateway_id)

    settled = settle(payment.pk)

    assert (settled.state, settled.fee) == (PaymentState.CAPTURED, Decimal(351))
