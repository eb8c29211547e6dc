"""Placing an order: everything priced and checked anew, written in one transaction."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, User
from accounts.places import Place
from cart import services as carts
from cart import store
from cart.models import CartStatus
from cart.selectors import PricedCart, components_of, options_of, stock_units
from cart.services import Owner
from catalog.selectors import sale_refusals
from checkout.exceptions import CartEmpty, CheckoutRefused, FiguresChanged, LinesNotOrderable
from checkout.places import addresses_of, destination, place_of_pickup
from checkout.selectors import Choice, Figures, cart_to_order, figures
from core.exceptions import ServiceUnavailable
from core.ids import uuid7
from inventory import services as inventory
from inventory.exceptions import OutOfStock
from inventory.places import Destination
from orders import limits
from orders import services as orders
from orders.identities import Buyer, marks_of_draft
from orders.models import Order
from orders.services import NewDiscount, NewLine, NewOrder
from payments import services as payments
from payments.models import IdempotencyKey, Payment
from payments.services.idempotency import claim
from promotions import services as promotions
from promotions.basket import PricedLine, Reason, allocations_as_json
from shipping.selectors import Pickup

SCOPE = "checkout"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One press of the button: who, with what form, under which key."""

    owner: Owner
    data: dict[str, Any]
    language: str

    @property
    def key(self) -> str:
        return f"{SCOPE}:{self.data['key']}"

    @property
    def pickup(self) -> Pickup | None:
        """Where the shopper fetches the order, if that is how it comes."""
        pickup: Pickup | None = self.data["pickup"]
        return pickup

    @property
    def place(self) -> Place | None:
        """Where the shopper lives; who fetches the order need not say it."""
        place: Place | None = self.data["place"]
        return place


def place_order(attempt: Attempt) -> Order:
    """
    Make the cart an order that holds its units, or give the order that this key or cart became.

    Prices, promotions, delivery and stock are asked anew. Nothing is written when it raises.

    :raises CartEmpty: if there is nothing to order
    :raises LinesNotOrderable: if something may not be sold or is not there in that number
    :raises FiguresChanged: if it costs more than the shopper has seen
    :raises CheckoutRefused: if delivery or payment cannot be had as chosen
    :raises LimitReached, CouponRefused: if the customer may not have so many, or not the coupon
    :raises ServiceUnavailable: if the carts are out of reach
    """
    choice = Choice(
        place=attempt.place,
        email=attempt.data["email"],
        shipping=attempt.data["shipping"],
        payment=attempt.data["payment"],
    )
    cart = cart_to_order(attempt.owner.cart_id, attempt.owner.user, choice)
    try:
        order, is_new = _place(attempt, cart, choice)
    except OutOfStock as shortage:
        raise LinesNotOrderable(_shortage(cart, shortage), shortage.variant_ids) from shortage
    if is_new:
        _empty(attempt.owner.cart_id)
    return order


def pay(order: Order, method_code: str, return_url: str) -> Payment | None:
    """
    Begin to pay for the order; None if nothing is to be paid. Never inside a transaction.

    :raises DomainError: as `payments.services.start`
    """
    if order.total <= 0:
        return None
    return payments.start(order.pk, method_code, return_url=return_url)


def order_of_key(key: str) -> Order | None:
    """The order that this attempt became before, if it did. At most 2 queries."""
    row = IdempotencyKey.objects.filter(key=f"{SCOPE}:{key}").first()
    return Order.objects.filter(pk=row.response["order"]).first() if row and row.response else None


@transaction.atomic
def _place(attempt: Attempt, cart: PricedCart, choice: Choice) -> tuple[Order, bool]:
    order_id = uuid7()
    answer = claim(attempt.key, scope=SCOPE, response={"order": str(order_id)})
    if answer["order"] != str(order_id):
        return Order.objects.get(pk=answer["order"]), False
    held = carts.lock(attempt.owner)
    if held.status == CartStatus.ORDERED and held.order:
        return Order.objects.get(pk=held.order), False
    priced = _check(attempt, cart, choice)
    customer = _customer(attempt)
    draft = replace(_draft(attempt, cart, priced, customer), id=order_id)
    _check_limits(cart, draft)
    order = orders.create(draft)
    promotions.redeem(priced.basket, order=order, user=customer, email=attempt.data["email"])
    _take_units(attempt, cart, order)
    carts.mark_ordered(attempt.owner.cart_id, order.pk, attempt.data["email"])
    if order.total <= 0:
        payments.recompute(order.pk)
    return order, True


def _check(attempt: Attempt, cart: PricedCart, choice: Choice) -> Figures:
    """What the shopper is about to order, with today's figures."""
    if not cart.stored.lines:
        raise CartEmpty(_("Your cart is empty. If you have ordered already, look at your e-mail."))
    _check_lines(cart)
    found = figures(cart, choice)
    if found.offer is None or found.offer.code != choice.shipping:
        raise CheckoutRefused(_("Choose one of the ways of delivery to your district."))
    if found.method is None or found.method.code != choice.payment:
        raise CheckoutRefused(_("This way to pay is not available. Choose another."))
    if cart.coupon_problem:
        raise CheckoutRefused(cart.coupon_problem)
    if found.costs_more_than(attempt.data["seen"]):
        raise FiguresChanged(_("The price has changed. Please look at the total and confirm."))
    return found


def _check_lines(cart: PricedCart) -> None:
    if cart.stored.quantities().keys() - cart.variants.keys():
        raise LinesNotOrderable(_("Something in your cart is no longer sold. Please remove it."))
    refusals = sale_refusals(list(cart.variants.values()), timezone.now())
    for variant_id, reason in refusals.items():
        name = cart.variants[variant_id].product.name
        raise LinesNotOrderable(f"{name}: {reason}", (variant_id,))


def _check_limits(cart: PricedCart, draft: NewOrder) -> None:
    """The limit per customer counts what was ordered by any name that the form shows."""
    buyer = Buyer(customer_id=draft.customer_id, marks=marks_of_draft(draft))
    limits.lock(buyer)
    products = {variant.product_id for variant in cart.variants.values()}
    limits.check(buyer, cart.stored.quantities(), cart.variants, products)


def _customer(attempt: Attempt) -> User:
    """
    The signed-in shopper, or the account of the typed e-mail.

    An account that exists is left as it is: whoever typed its address learns nothing of it.
    """
    if attempt.owner.user:
        return attempt.owner.user
    email = attempt.data["email"]
    known = User.objects.filter(email__iexact=email).first()
    if known:
        return known
    try:
        with transaction.atomic():
            guest = User.objects.create_user(
                email,
                first_name=attempt.data["first_name"],
                last_name=attempt.data["last_name"],
            )
            Customer.objects.create(user=guest, language=attempt.language)
            return guest
    except IntegrityError:
        return User.objects.get(email__iexact=email)


def _take_units(attempt: Attempt, cart: PricedCart, order: Order) -> None:
    components = components_of(cart.variants.values())
    inventory.rebind(
        cart=attempt.owner.cart_id,
        order=order.pk,
        quantities=stock_units(cart.stored.quantities(), components),
        until=order.expires_at or timezone.now(),
        destination=_destination(attempt),
    )


def _destination(attempt: Attempt) -> Destination | None:
    place = place_of_pickup(attempt.pickup) if attempt.pickup else attempt.place
    return destination(place) if place else None


def _draft(attempt: Attempt, cart: PricedCart, found: Figures, customer: User) -> NewOrder:
    basket, data = found.basket, attempt.data
    offer, method = found.offer, found.method
    if offer is None or method is None:
        raise CheckoutRefused(_("Choose delivery and payment."))
    now = timezone.now()
    return NewOrder(
        placed_at=now,
        customer_id=customer.pk,
        email=data["email"],
        phone=str(data["phone"]),
        document_type=data["document_type"],
        document_number=data["document_number"],
        language=attempt.language,
        currency=basket.currency,
        subtotal=basket.subtotal,
        discount_total=basket.discount_total,
        shipping_total=basket.shipping_total,
        tax_total=basket.tax_total,
        prices_include_tax=basket.prices_include_tax,
        total=basket.total,
        shipping_method_code=offer.code,
        shipping_method_name=offer.name[:150],
        promised_from=offer.promised_from,
        promised_to=offer.promised_to,
        payment_method_code=method.code,
        payment_method_name=method.name[:150],
        collects_on_delivery=method.collects_on_delivery,
        coupon_code=basket.coupon_code,
        customer_note=data["note"],
        pricing=basket.as_json(),
        expires_at=now + timedelta(minutes=method.hold_minutes),
        lines=_new_lines(cart, found),
        addresses=addresses_of(data, attempt.pickup),
        is_pickup=attempt.pickup is not None,
        shipping_discounts=tuple(_discount(r) for r in basket.shipping_reasons),
    )


def _new_lines(cart: PricedCart, found: Figures) -> tuple[NewLine, ...]:
    options = options_of(cart.variants)
    kits = {str(rule.key): rule.name for rule in found.quote.rules.kits}
    return tuple(_new_line(cart, line, options, kits) for line in found.basket.lines)


def _new_line(
    cart: PricedCart, priced: PricedLine, options: dict[UUID, dict[str, str]], kits: dict[str, str]
) -> NewLine:
    variant = cart.variants[priced.line.variant_id]
    return NewLine(
        variant_id=variant.pk,
        seller_id=variant.product.seller_id,
        name=variant.product.name,
        sku=variant.sku,
        options=options.get(variant.pk, {}),
        kit=kits.get(priced.line.kit, ""),
        quantity=priced.quantity,
        list_price=variant.list_price,
        unit_price=priced.unit_price,
        discount=priced.discount,
        tax_rate=priced.line.tax_rate,
        tax=priced.tax,
        total=priced.total,
        unit_allocations=allocations_as_json(priced),
        discounts=tuple(_discount(reason) for reason in priced.reasons),
    )


def _discount(reason: Reason) -> NewDiscount:
    return NewDiscount(
        reason=reason.name[:255],
        amount=reason.amount,
        promotion_id=reason.promotion_id,
        code=reason.code,
    )


def _shortage(cart: PricedCart, shortage: OutOfStock) -> str:
    names = {
        variant.product.name
        for variant in cart.variants.values()
        if variant.pk in shortage.variant_ids
    }
    if not names:
        return str(shortage)
    text = _("There are not enough units left of: %(names)s. Please change your cart.")
    return text % {"names": ", ".join(sorted(names))}


def _empty(cart_id: UUID) -> None:
    """The order stands whether Redis answers or not: a cart that stays is known to be ordered."""
    with suppress(ServiceUnavailable):
        store.delete(cart_id)
