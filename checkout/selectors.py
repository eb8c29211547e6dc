"""What the checkout page shows: the cart, ways of delivery and of payment, and the figures."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from uuid import UUID

from constance import config

from accounts.models import Address, User
from accounts.places import Place
from cart.pricing import Buyer, Quote
from cart.selectors import CartPage, PricedCart, get_cart, priced_cart, sums_of
from catalog.models import Variant
from catalog.selectors import payment_limits, variants_for_sale
from checkout.places import place_of_pickup
from core.money import ZERO
from orders.models import Order
from payments.eligibility import Handover, handover_of
from payments.models import PaymentMethod
from payments.selectors import methods_for, why_not_offered
from promotions.engine import PricedBasket
from shipping.models import MethodKind
from shipping.selectors import Load, Offer, load_of, offers_for, reach


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the shopper has chosen so far; anything may be missing."""

    place: Place | None = None
    # Known before the rest of the place is.
    country: str = ""
    # Of guests, and only when they order: before that it might be anybody's.
    email: str = ""
    placed_from: str = ""
    shipping: str = ""
    payment: str = ""

    @property
    def goes_to(self) -> tuple[str, str]:
        """Country and region that taxes and ways to pay go by: where the order is handed over."""
        pickup = reach().pickups.get(self.shipping)
        place = place_of_pickup(pickup) if pickup else self.place
        if place:
            return place.country, place.region
        return self.country or config.COUNTRY, ""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A priced checkout: what can be chosen, what is, and what it costs."""

    quote: Quote
    offers: Sequence[Offer]
    offer: Offer | None
    methods: Sequence[PaymentMethod]
    method: PaymentMethod | None
    # Why the way to pay that was chosen cannot be had any more.
    payment_problem: str = ""
    # What the shopper's store credit pays of it.
    credit: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """What is to be paid by the method."""
        return self.basket.total - self.credit

    @property
    def is_covered(self) -> bool:
        """The shopper's credit pays all of it: no method is asked for."""
        return self.credit > 0 and self.left <= 0

    @property
    def basket(self) -> PricedBasket:
        return self.quote.basket

    @property
    def sums(self) -> dict[str, Any]:
        return sums_of(self.basket) | {"credit": self.credit, "left": self.left}

    @property
    def seen(self) -> str:
        """What the page shows, for the form to send back: a rise after that is asked about."""
        goods = self.basket.total - self.basket.shipping_total
        delivery = {offer.code: str(offer.price) for offer in self.offers}
        shown = {"goods": str(goods), "delivery": delivery}
        return json.dumps(shown | {"credit": str(self.credit)} if self.credit else shown)

    def costs_more_than(self, seen: str) -> bool:
        """True if the shopper has seen lower figures, or none, or more credit than there is."""
        try:
            shown = json.loads(seen)
            goods = Decimal(shown["goods"])
            delivery = Decimal(shown["delivery"][self.offer.code]) if self.offer else Decimal(0)
            credit = min(Decimal(shown.get("credit", 0)), self.basket.total)
            now = self.basket.total - self.basket.shipping_total
            is_dearer = now > goods or self.credit < credit
            return is_dearer or bool(self.offer and self.offer.price > delivery)
        except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError):
            return True  # No figures, or “NaN”, which cannot be compared.


def figures(cart: PricedCart, choice: Choice, balance: Decimal = ZERO) -> Figures:
    """
    Offers, methods and totals for this cart and choice; `balance` is the store credit that may be
    used. 5 queries beside the cart's.
    """
    offers = offers_for(choice.place, load_of_cart(cart), cart.quote.basket.total)
    offer = _offer(offers, choice)
    quote = cart.quote.with_shipping(offer)
    credit = min(balance, quote.basket.total)
    left = quote.basket.total - credit
    bill = _Bill(left, quote.basket.currency, _handover(choice, offer))
    methods = _methods(bill, cart.variants.values())
    chosen = next((method for method in methods if method.code == choice.payment), None)
    is_lost = bool(choice.payment) and chosen is None
    return Figures(
        quote=quote,
        offers=offers,
        offer=offer,
        methods=methods,
        # Another way to pay is never put in the place of one that was chosen.
        method=chosen if choice.payment else next(iter(methods), None),
        payment_problem=why_not_offered(choice.payment, **bill._asdict()) if is_lost else "",
        credit=credit,
    )


def methods_to_pay(order: Order, due: Decimal) -> list[PaymentMethod]:
    """The ways to pay what an open or changed order owes. 3 queries beside its lines."""
    variants = variants_for_sale({line.variant_id for line in order.lines.all()})
    offered = _methods(_Bill(due, order.currency, handover_of(order)), variants.values())
    return [m for m in offered if not (order.owes_difference and m.collects_on_delivery)]


class _Bill(NamedTuple):
    """What ways to pay are offered for."""

    amount: Decimal
    currency: str
    handover: Handover


def _handover(choice: Choice, offer: Offer | None) -> Handover:
    """Taxes and ways to pay go by the same place."""
    pickup = reach().pickups.get(choice.shipping)
    place = pickup or choice.place
    return Handover(
        country=choice.goes_to[0],
        region=place.region if place else "",
        ubigeo=place.ubigeo if place else "",
        is_pickup=offer.kind == MethodKind.PICKUP if offer else None,
    )


def _methods(bill: _Bill, variants: Iterable[Variant]) -> list[PaymentMethod]:
    limits = payment_limits(list(variants))
    offered = methods_for(**bill._asdict())
    return [method for method in offered if limits.allow(method.code, method.hold_minutes)]


def cart_for(cart_id: UUID | None, user: User | None, choice: Choice) -> CartPage:
    """
    The cart as the checkout shows it.

    :raises ServiceUnavailable: if the carts are out of reach
    """
    return get_cart(cart_id, buyer_of(user, choice))


def cart_to_order(cart_id: UUID, user: User | None, choice: Choice) -> PricedCart:
    """
    The cart as it is ordered, without what only a page shows.

    :raises ServiceUnavailable: if the carts are out of reach
    """
    return priced_cart(cart_id, buyer_of(user, choice))


def buyer_of(user: User | None, choice: Choice) -> Buyer:
    country, region = choice.goes_to
    return Buyer(
        user=user,
        email="" if user else choice.email,
        placed_from=choice.placed_from,
        country=country,
        region=region,
    )


def load_of_cart(cart: PricedCart) -> Load:
    units = cart.stored.quantities()
    return load_of((variant, units.get(variant.pk, 0)) for variant in cart.variants.values())


def default_addresses(user: User | None) -> tuple[Address | None, Address | None]:
    """The signed-in shopper's place for deliveries, and for bills if it is another. 1 query."""
    rows = list(Address.objects.filter(user=user).order_by("-pk")) if user else []
    newest = rows[0] if rows else None
    delivery = next((row for row in rows if row.is_default_shipping), newest)
    billing = next((row for row in rows if row.is_default_billing), delivery)
    return delivery, None if billing == delivery else billing


def _offer(offers: Sequence[Offer], choice: Choice) -> Offer | None:
    """The one that is chosen, else the first that delivers: nobody is sent to fetch his order."""
    chosen = next((offer for offer in offers if offer.code == choice.shipping), None)
    if chosen or choice.place is None:
        return chosen
    return next((offer for offer in offers if offer.kind != MethodKind.PICKUP), None)
