"""Placing an order: everything priced and checked anew, written in one transaction."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from constance import config
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from cart import services as carts
from cart import store
from cart.models import Cart, CartStatus
from cart.selectors import PricedCart
from cart.services import Owner
from checkout.exceptions import CartEmpty, CheckoutRefused, FiguresChanged
from checkout.selectors import Choice, Figures, cart_to_order, figures
from checkout.writing import Particulars, account_of, check_lines, new_order, shortage_in, write
from core import log_context
from core.exceptions import ServiceUnavailable
from core.ids import uuid7
from core.money import ZERO
from core.planned import planned
from inventory.exceptions import OutOfStock
from orders.drafts import NewOrder
from orders.models import Order
from payments import services as payments
from payments.models import Gateway, IdempotencyKey, Payment
from payments.selectors import wallet_of
from payments.services.idempotency import claim
from shipping.selectors import Offer

SCOPE = "checkout"


@dataclass(frozen=True, kw_only=True)
class Attempt(Particulars):
    """One press of the button: who, with what form, under which key."""

    user: User | None

    @property
    def key(self) -> str:
        return f"{SCOPE}:{self.data['key']}"

    @property
    def owner(self) -> Owner:
        """The cart that is ordered, and whose it is."""
        return Owner(self.holder, self.user)


def place_order(attempt: Attempt) -> Order:
    """
    Make the cart an order that holds its units, or give the order that this key or cart became.

    Prices, promotions, delivery and stock are asked anew. Nothing is written when it raises.

    :raises CartEmpty: if there is nothing to order
    :raises LinesNotOrderable: if something may not be sold or is not there in that number
    :raises FiguresChanged: if it costs more than the shopper has seen
    :raises CheckoutRefused: if delivery or payment cannot be had as chosen
    :raises KeyReused: if another form has become an order under this key
    :raises LimitReached, CouponRefused: if the customer may not have so many, or not the coupon
    :raises CreditTooLow: if the shopper's store credit was spent elsewhere at this moment
    :raises ServiceUnavailable: if the carts are out of reach
    """
    choice = Choice(
        place=attempt.place,
        country=attempt.data["country"],
        email=attempt.data["email"],
        shipping=attempt.data["shipping"],
        payment=attempt.data["payment"],
    )
    cart = cart_to_order(attempt.holder, attempt.user, choice)
    try:
        order, is_new = _place(attempt, cart, choice)
    except OutOfStock as shortage:
        raise shortage_in(cart, shortage) from shortage
    log_context.add(order=order.number)
    if is_new:
        _empty(attempt.holder)
    return order


def pay(order: Order, method_code: str, return_url: str, agreed: str = "") -> Payment | None:
    """
    Begin to pay for the order; None if nothing is to be paid. Never inside a transaction.

    `agreed` is the amount in another currency that the shopper has seen, if the method has one.

    :raises DomainError: as `payments.services.start`
    """
    if order.total <= 0:
        return None
    return payments.start(order.pk, method_code, return_url=return_url, agreed=agreed)


def order_of_key(key: str, fingerprint: str) -> tuple[Order, bool] | None:
    """
    The order that this attempt became before, if it did, and whether it was the same form then.

    At most 2 queries.
    """
    for response, first in _answers(f"{SCOPE}:{key}"):
        order = Order.objects.filter(pk=response["order"]).first() if response else None
        return (order, first in ("", fingerprint)) if order else None
    return None


@planned
def _answers(key: str) -> QuerySet[IdempotencyKey, tuple[Any, str]]:
    return IdempotencyKey.objects.filter(key=key).values_list("response", "fingerprint")


def is_left_out(cart_id: UUID, order: Order) -> bool:
    """
    Whether something lies in this cart that an order, placed before, has not got. One query.

    False if the carts are out of reach: the order does not wait for them.
    """
    try:
        is_filled = bool(store.read(cart_id).lines)
    except ServiceUnavailable:
        return False
    return is_filled and not Cart.objects.filter(pk=cart_id, order=order.pk).exists()


@transaction.atomic
def _place(attempt: Attempt, cart: PricedCart, choice: Choice) -> tuple[Order, bool]:
    held = carts.lock(attempt.owner)
    before = held.order if held.status == CartStatus.ORDERED else None
    order_id = before or uuid7()
    answer = claim(
        attempt.key,
        scope=SCOPE,
        fingerprint=attempt.data["fingerprint"],
        response={"order": str(order_id)},
    )
    if before or answer["order"] != str(order_id):
        return Order.objects.get(pk=answer["order"]), False
    cart, offer, found = _check(attempt, cart, choice)
    customer = attempt.user or account_of(attempt)
    new = replace(new_order(attempt, cart, offer, customer, _hold(found)), id=order_id)
    order = write(_with_payment(new, found), cart, attempt, customer)
    carts.mark_ordered(attempt.holder, order.pk, attempt.data["email"])
    if found.credit:
        payments.pay_with_credit(order.pk, found.credit)
        order.refresh_from_db()
    return order, True


def _hold(found: Figures) -> timedelta:
    """What credit pays wholly is a sale at once: no method says how long its units wait."""
    minutes = config.UNPAID_ORDER_MINUTES if found.method is None else found.method.hold_minutes
    return timedelta(minutes=minutes)


def _with_payment(new: NewOrder, found: Figures) -> NewOrder:
    """The order with how it is paid."""
    method = found.method
    if found.is_covered or method is None:
        return replace(
            new,
            credit_total=found.credit,
            payment_method_code=Gateway.STORE_CREDIT.value,
            payment_method_name=_("Store credit"),
        )
    return replace(
        new,
        credit_total=found.credit,
        payment_method_code=method.code,
        payment_method_name=method.name[:150],
        payment_instructions=method.instructions,
        collects_on_delivery=method.collects_on_delivery,
    )


def _check(attempt: Attempt, cart: PricedCart, choice: Choice) -> tuple[PricedCart, Offer, Figures]:
    """What the shopper is about to order, with today's figures and as he has chosen."""
    if not cart.stored.lines:
        raise CartEmpty(_("Your cart is empty. If you have ordered already, look at your e-mail."))
    check_lines(cart)
    found = figures(cart, choice, _balance(attempt, cart))
    if found.offer is None or found.offer.code != choice.shipping:
        raise CheckoutRefused(_("Choose one of the ways of delivery to your district."))
    if not found.is_covered and (found.method is None or found.method.code != choice.payment):
        raise CheckoutRefused(found.payment_problem or _("Choose how you pay."))
    if cart.coupon_problem:
        raise CheckoutRefused(cart.coupon_problem)
    if found.costs_more_than(attempt.data["seen"]):
        raise FiguresChanged(_("The price has changed. Please look at the total and confirm."))
    return replace(cart, quote=found.quote), found.offer, found


def _balance(attempt: Attempt, cart: PricedCart) -> Decimal:
    """The store credit of whoever is signed in, if it is to be used: of nobody else, ever."""
    if attempt.user is None or not attempt.data["use_credit"]:
        return ZERO
    return wallet_of(attempt.user.pk, cart.basket.currency).balance


def _empty(cart_id: UUID) -> None:
    """The order stands whether Redis answers or not: a cart that stays is known to be ordered."""
    with suppress(ServiceUnavailable):
        store.delete(cart_id)
