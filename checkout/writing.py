"""Writing an order down: what the shopper's checkout and the drafts of staff share."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.places import Place
from accounts.services import account_of_guest
from cart.selectors import PricedCart, components_of, options_of, stock_units
from catalog.selectors import sale_refusals
from checkout.exceptions import LinesNotOrderable
from checkout.places import addresses_of, destination, place_of_pickup
from inventory import services as inventory
from inventory.exceptions import OutOfStock
from inventory.places import Destination
from orders import purchase_limits
from orders import services as orders
from orders.buyer_fingerprint import Buyer, fingerprint_of_draft
from orders.models import Order
from orders.services import NewDiscount, NewLine, NewOrder
from payments import services as payments
from promotions import services as promotions
from promotions.basket import PricedLine, Reason, allocations_as_json
from shipping.selectors import Offer, Pickup


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """Who orders and where it goes, as the form has understood it; `holder` holds the units."""

    data: dict[str, Any]
    language: str
    holder: UUID

    @property
    def pickup(self) -> Pickup | None:
        """Where the buyer fetches the order, if that is how it comes."""
        pickup: Pickup | None = self.data["pickup"]
        return pickup

    @property
    def place(self) -> Place | None:
        """Where the buyer lives; who fetches the order need not say it."""
        place: Place | None = self.data["place"]
        return place


def write(
    new: NewOrder,
    cart: PricedCart,
    sheet: Particulars,
    customer: User,
    actor_id: UUID | None = None,
) -> Order:
    """
    Make the priced cart the customer's order, which holds its units. Inside a transaction.

    :raises LimitReached, CouponRefused: if the customer may not have so many, or not the coupon
    :raises DetailsRefused: the same, where it is not sure that the customer is the one who asks
    :raises OpenOrdersLimitReached: if too much is ordered and not paid already
    :raises OutOfStock: if units are missing
    """
    _check_limits(cart, new)
    order = orders.create(new, actor_id=actor_id)
    # Signed-in customers are counted by their account, not by an address that they type.
    email = new.email if new.by_guest else customer.email
    promotions.redeem(cart.basket, order=order, user=customer, email=email)
    _take_units(sheet, cart, order)
    if order.total <= 0:
        payments.recompute(order.pk)
    return order


def check_lines(cart: PricedCart) -> None:
    """:raises LinesNotOrderable: if something may not be sold now; it says what and why"""
    if cart.stored.quantities().keys() - cart.variants.keys():
        raise LinesNotOrderable(_("Something in your cart is no longer sold. Please remove it."))
    refusals = sale_refusals(list(cart.variants.values()), timezone.now())
    for variant_id, reason in refusals.items():
        name = cart.variants[variant_id].product.name
        raise LinesNotOrderable(f"{name}: {reason}", (variant_id,))


def account_of(sheet: Particulars) -> User:
    """
    The account of the typed e-mail, a new one without password if there is none.

    An account that exists is left as it is: anyone who typed its address learns nothing of it.
    """
    return account_of_guest(
        sheet.data["email"],
        first_name=sheet.data["first_name"],
        last_name=sheet.data["last_name"],
        language=sheet.language,
    )


def new_order(
    sheet: Particulars, cart: PricedCart, offer: Offer, customer: User, hold: timedelta
) -> NewOrder:
    """All of the order but the way it is paid; `hold` is the time there is for that."""
    basket, data = cart.basket, sheet.data
    now = timezone.now()
    return NewOrder(
        placed_at=now,
        customer_id=customer.pk,
        email=data["email"],
        phone=str(data["phone"]),
        document_type=data["document_type"],
        document_number=data["document_number"],
        language=sheet.language,
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
        coupon_code=basket.coupon_code,
        customer_note=data["note"],
        pricing=basket.as_json(),
        expires_at=now + hold,
        lines=_new_lines(cart),
        addresses=addresses_of(data, sheet.pickup),
        is_pickup=sheet.pickup is not None,
        shipping_discounts=tuple(_discount(r) for r in basket.shipping_reasons),
    )


def shortage_in(cart: PricedCart, shortage: OutOfStock) -> LinesNotOrderable:
    """The refusal that names what there is not enough of."""
    names = {
        variant.product.name
        for variant in cart.variants.values()
        if variant.pk in shortage.variant_ids
    }
    if not names:
        return LinesNotOrderable(str(shortage), shortage.variant_ids)
    text = _("There are not enough units left of: %(names)s. Please change your cart.")
    return LinesNotOrderable(text % {"names": ", ".join(sorted(names))}, shortage.variant_ids)


def _check_limits(cart: PricedCart, draft: NewOrder) -> None:
    """The limit per customer counts what was ordered by any name that the form shows."""
    buyer = Buyer.of(draft, fingerprint_of_draft(draft))
    purchase_limits.lock(buyer)
    purchase_limits.check_open(buyer, draft)
    products = {variant.product_id for variant in cart.variants.values()}
    purchase_limits.check(buyer, cart.stored.quantities(), cart.variants, products)


def _take_units(sheet: Particulars, cart: PricedCart, order: Order) -> None:
    components = components_of(cart.variants.values())
    inventory.move_holds(
        cart=sheet.holder,
        order=order.pk,
        quantities=stock_units(cart.stored.quantities(), components),
        until=order.expires_at or timezone.now(),
        destination=_destination(sheet),
    )


def _destination(sheet: Particulars) -> Destination | None:
    place = place_of_pickup(sheet.pickup) if sheet.pickup else sheet.place
    return destination(place) if place else None


def _new_lines(cart: PricedCart) -> tuple[NewLine, ...]:
    options = options_of(cart.variants)
    kits = {str(rule.key): rule.name for rule in cart.quote.rules.kits}
    return tuple(_new_line(cart, line, options, kits) for line in cart.basket.lines)


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
        warranty_months=variant.warranty_months,
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
