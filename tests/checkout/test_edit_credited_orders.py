"""Staff change orders that were paid with store credit, entirely or in part."""

from decimal import Decimal

import pytest
from django.test import Client

from catalog.models import Variant
from inventory import consistency
from orders.emails import OrderMail, preview
from orders.links import payment_link
from orders.models import Order
from orders.states import OrderStatus, PaymentStatus
from outbox.tasks import deliver_due
from payments.models import Refund
from payments.selectors import wallet_of
from payments.services.credits import pay_with_credit
from payments.services.refunds import approve_refund
from payments.services.transfers import record_manual_capture
from tests.accounts.factories import UserFactory
from tests.checkout.changing import change, ordered, wish
from tests.inventory.factories import stocked
from tests.orders.factories import had_delivery
from tests.payments.factories import credit_of, pay

pytestmark = pytest.mark.django_db


def credited(shirt: Variant, units: int, share: int) -> Order:
    """An order of which credit has paid so many units' worth."""
    order = ordered({shirt: units})
    amount = shirt.price * share
    credit_of(order.customer, amount)
    Order.objects.filter(pk=order.pk).update(credit_total=amount)
    pay_with_credit(order.pk, amount)
    order.refresh_from_db()
    return order


def approve_all() -> None:
    for refund in Refund.objects.filter(state="requested"):
        approve_refund(refund.pk, actor_id=UserFactory.create().pk)
    deliver_due()


def balance(order: Order) -> Decimal:
    return wallet_of(order.customer_id, "PEN").balance


def test_a_sale_of_credit_that_grows_owes_the_difference_which_is_paid_by_link() -> None:
    shirt = stocked(9)
    order = credited(shirt, 2, 2)

    change(order, wish(order, {shirt: 3}))
    owes = order.owes_difference
    page = Client().get(payment_link(order)).text.replace("\xa0", " ")
    payment = pay(order, "transfer", type="bank_transfer", gateway="manual")
    record_manual_capture(
        payment.pk, amount=shirt.price, bank_reference="D-1", actor_id=UserFactory.create().pk
    )

    order.refresh_from_db()
    assert owes
    assert f"{shirt.price:.2f}" in page
    assert payment.amount == shirt.price
    assert order.payment_status == PaymentStatus.PAID


def test_a_sale_of_credit_that_shrinks_gives_credit_back_once_it_is_approved() -> None:
    shirt = stocked(9)
    order = credited(shirt, 3, 3)

    change(order, wish(order, {shirt: 1}))
    before = balance(order)
    approve_all()

    order.refresh_from_db()
    assert (before, balance(order)) == (Decimal(0), shirt.price * 2)
    assert order.payment_status == PaymentStatus.PAID


def test_what_waits_for_its_rest_waits_for_the_new_rest() -> None:
    shirt = stocked(9)
    order = credited(shirt, 3, 1)
    payment = pay(order, "transfer", type="bank_transfer", gateway="manual")

    change(order, wish(order, {shirt: 4}))

    payment.refresh_from_db()
    assert payment.amount == shirt.price * 3
    assert order.status == OrderStatus.PENDING


def test_what_becomes_as_cheap_as_its_credit_is_a_sale() -> None:
    shirt = stocked(9)
    order = credited(shirt, 3, 2)

    change(order, wish(order, {shirt: 1}))
    approve_all()

    order.refresh_from_db()
    assert (order.status, order.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    assert balance(order) == shirt.price
    assert consistency.differences() == []


def test_cash_at_the_door_is_the_rest_and_the_parcel_may_leave() -> None:
    shirt = stocked(9)
    order = credited(shirt, 2, 1)
    had_delivery(order.customer)

    payment = pay(order, "cod", type="cash_on_delivery", gateway="manual")
    order.refresh_from_db()
    may_ship = order.may_ship
    mail = preview(order, OrderMail.PLACED).text.replace("\xa0", " ")
    record_manual_capture(
        payment.pk, amount=shirt.price, bank_reference="", actor_id=UserFactory.create().pk
    )

    order.refresh_from_db()
    assert may_ship
    assert f"Falta pagar: S/ {shirt.price:.2f}" in mail
    assert not order.owes_difference
    assert (payment.amount, order.payment_status) == (shirt.price, PaymentStatus.PAID)
