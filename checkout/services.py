"""Placing an order: everything priced and checked again, written in one transaction."""

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
from cart import rows, store
from cart.models import Cart, CartStatus
from cart.selectors import PricedCart
from cart.services import Owner
from checkout.exceptions import CartEmpty, CheckoutRefused, FiguresChanged
from checkout.selectors import Choice, Figures, cart_to_order, figures
from checkout.writing import Particulars, account_of, check_lines, new_order, shortage_in, write
from core.exceptions import ServiceUnavailable
from core.ids import uuid7
from core.money import ZERO
from core.observability import log_context
from inventory.exceptions import OutOfStock
from orders.drafts import NewOrder
from orders.exceptions import DetailsRefused
from orders.models import Order
from payments import services as payments
from payments.exceptions import KeyReused
from payments.models import Gateway, IdempotencyKey, Payment
from payments.selectors import wallet_of
from payments.services.idempotency import claim
from promotions.exceptions import CouponUsedByCustomer
from shipping.selectors import Offer

SCOPE = "checkout"


@dataclass(frozen=True, kw_only=True)
class Attempt(Particulars):
    """One press of the button: who, with what form, under which key."""

    user: User | None
    # A fingerprint of where the request comes from, as limits count it.
    placed_from: str = ""

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

    Prices, promotions, delivery and stock are asked again. Nothing is written when it raises.

    :raises CartEmpty: if there is nothing to order
    :raises LinesNotOrderable: if something may not be sold or is not there in that number
    :raises FiguresChanged: if it costs more than the shopper has seen
    :raises CheckoutRefused: if delivery or payment cannot be had as chosen
    :raises KeyReused: if another form, or somebody else's, has become an order under this key
    :raises LimitReached, CouponRefused: if the customer may not have so many, or not the coupon
    :raises DetailsRefused: the same of a guest, who learns nothing of the person he names
    :raises OpenOrdersLimitReached: if too much is ordered and not paid already
    :raises CreditTooLow: if the shopper's store credit was spent elsewhere at this moment
    :raises ServiceUnavailable: if the carts are out of reach
    """
    try:
        order, is_new = _place(attempt)
    except CouponUsedByCustomer:
        raise DetailsRefused from None
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


def order_of_key(key: str, fingerprint: str, owner: Owner) -> tuple[Order, bool] | None:
    """
    The order that this attempt became before, if it did, and whether it was the same form then.

    At most 2 queries.

    :raises KeyReused: if the order is somebody else's
    """
    for response, first in _answers(f"{SCOPE}:{key}"):
        order = Order.objects.filter(pk=response["order"]).first() if response else None
        if order:
            _check_owner(owner, order, response)
            return order, first in ("", fingerprint)
    return None


def _check_owner(owner: Owner, order: Order, response: dict[str, str]) -> None:
    """A key may leak: only the account that ordered and the browser that did so get the order."""
    is_account = owner.user is not None and owner.user.pk == order.customer_id
    ordered = response.get("cart")
    if not is_account and not (ordered and rows.comes_after(owner.cart_id, UUID(ordered))):
        raise KeyReused(_("This form is too old. Please send it again."))


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
def _place(attempt: Attempt) -> tuple[Order, bool]:
    held = rows.lock(attempt.holder, attempt.user)
    before = held.order if held.status == CartStatus.ORDERED else None
    order_id = before or uuid7()
    answer = claim(
        attempt.key,
        scope=SCOPE,
        fingerprint=attempt.data["fingerprint"],
        response={"order": str(order_id), "cart": str(attempt.holder)},
    )
    if before or answer["order"] != str(order_id):
        order = Order.objects.get(pk=answer["order"])
        _check_owner(attempt.owner, order, answer)
        return order, False
    return _order(attempt, order_id), True


def _order(attempt: Attempt, order_id: UUID) -> Order:
    """Of the cart as it is now: its row is locked, and changes wait for that."""
    choice = Choice(
        place=attempt.place,
        country=attempt.data["country"],
        email=attempt.data["email"],
        placed_from=attempt.placed_from,
        shipping=attempt.data["shipping"],
        payment=attempt.data["payment"],
    )
    cart, offer, found = _check(
        attempt, cart_to_order(attempt.holder, attempt.user, choice), choice
    )
    customer = attempt.user or account_of(attempt)
    new = replace(
        new_order(attempt, cart, offer, customer, _hold(found)),
        id=order_id,
        by_guest=attempt.user is None,
        placed_from=attempt.placed_from,
    )
    try:
        order = write(_with_payment(new, found), cart, attempt, customer)
    except OutOfStock as shortage:
        raise shortage_in(cart, shortage) from shortage
    rows.mark_ordered(attempt.holder, order.pk, attempt.data["email"])
    if found.credit:
        payments.pay_with_credit(order.pk, found.credit)
        order.refresh_from_db()
    return order


def _hold(found: Figures) -> timedelta:
    """What credit pays entirely is a sale at once: no method says how long its units wait."""
    return found.method.hold if found.method else timedelta(minutes=config.UNPAID_ORDER_MINUTES)


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
    if cart.quote.is_coupon_spent and attempt.user is None:
        raise DetailsRefused
    if cart.coupon_problem:
        raise CheckoutRefused(cart.coupon_problem)
    if found.costs_more_than(attempt.data["seen"]):
        raise FiguresChanged(_("The price has changed. Please look at the total and confirm."))
    return replace(cart, quote=found.quote), found.offer, found


def _balance(attempt: Attempt, cart: PricedCart) -> Decimal:
    """The store credit of anyone who is signed in, if it is to be used: of nobody else, ever."""
    if attempt.user is None or not attempt.data["use_credit"]:
        return ZERO
    return wallet_of(attempt.user.pk, cart.basket.currency).balance


def _empty(cart_id: UUID) -> None:
    """
    Forget the lines, which are the order's: since it read them, every change went to the next cart.

    The order stands whether Redis answers or not: a cart that stays is known to be ordered.
    """
    with suppress(ServiceUnavailable):
        store.delete(cart_id)
