"""What the checkout page shows: the cart, ways of delivery and of payment, and the figures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from constance import config

from accounts.models import Address, User
from accounts.places import Place
from cart.pricing import Buyer, Quote
from cart.selectors import CartPage, PricedCart, get_cart, priced_cart, sums_of
from catalog.selectors import payment_limits
from payments.models import PaymentMethod
from payments.services import methods_for
from promotions.engine import PricedBasket
from shipping.selectors import Offer, offers_for

# A parcel of things whose weight nobody has entered still weighs something.
USUAL_WEIGHT = Decimal("0.5")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the shopper has chosen so far; anything may be missing."""

    place: Place | None = None
    email: str = ""
    shipping: str = ""
    payment: str = ""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A priced checkout: what can be chosen, what is, and what it costs."""

    quote: Quote
    offers: Sequence[Offer]
    offer: Offer | None
    methods: Sequence[PaymentMethod]
    method: PaymentMethod | None

    @property
    def basket(self) -> PricedBasket:
        return self.quote.basket

    @property
    def sums(self) -> dict[str, Any]:
        return sums_of(self.basket)

    @property
    def seen(self) -> str:
        """What the page shows, for the form to send back: a rise after that is asked about."""
        goods = self.basket.total - self.basket.shipping_total
        delivery = {offer.code: str(offer.price) for offer in self.offers}
        return json.dumps({"goods": str(goods), "delivery": delivery})

    def costs_more_than(self, seen: str) -> bool:
        """True if the shopper has seen lower figures, or none."""
        try:
            shown = json.loads(seen)
            goods = Decimal(shown["goods"])
            delivery = Decimal(shown["delivery"][self.offer.code]) if self.offer else Decimal(0)
            now = self.basket.total - self.basket.shipping_total
            return now > goods or bool(self.offer and self.offer.price > delivery)
        except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError):
            return True  # No figures, or “NaN”, which cannot be compared.


def figures(cart: PricedCart, choice: Choice) -> Figures:
    """Offers, methods and totals for this cart and choice. 5 queries beside the cart's."""
    variants = cart.variants
    offers = offers_for(choice.place, weight_of(cart), cart.quote.basket.total)
    offer = _pick(offers, choice.shipping)
    if choice.place is None and offer and offer.code != choice.shipping:
        # Fetching the order is never assumed of somebody who has yet to say where he lives.
        offer = None
    quote = cart.quote.with_shipping(offer)
    limits = payment_limits(list(variants.values()))
    methods = [
        method
        for method in methods_for(
            amount=quote.basket.total, currency=quote.basket.currency, country=config.COUNTRY
        )
        if limits.allow(method.code, method.hold_minutes)
    ]
    return Figures(
        quote=quote,
        offers=offers,
        offer=offer,
        methods=methods,
        method=_pick(methods, choice.payment),
    )


def cart_for(cart_id: UUID | None, user: User | None, choice: Choice) -> CartPage:
    """
    The cart as the checkout shows it.

    :raises ServiceUnavailable: if the carts are out of reach
    """
    return get_cart(cart_id, _buyer(user, choice))


def cart_to_order(cart_id: UUID, user: User | None, choice: Choice) -> PricedCart:
    """
    The cart as it is ordered, without what only a page shows.

    :raises ServiceUnavailable: if the carts are out of reach
    """
    return priced_cart(cart_id, _buyer(user, choice))


def _buyer(user: User | None, choice: Choice) -> Buyer:
    place = choice.place
    region = place.region if place and place.country == config.COUNTRY else ""
    return Buyer(user=user, email=choice.email, region=region)


def weight_of(cart: PricedCart) -> Decimal:
    units = cart.stored.quantities()
    return sum(
        ((v.weight_kg or USUAL_WEIGHT) * units.get(v.pk, 0) for v in cart.variants.values()),
        Decimal(0),
    )


def default_address(user: User | None) -> Address | None:
    """The signed-in shopper's place for deliveries. 1 query."""
    if user is None:
        return None
    return Address.objects.filter(user=user).order_by("-is_default_shipping", "-pk").first()


def _pick(choices: Sequence[Any], code: str) -> Any:
    """The one with this code, else the first."""
    return next((each for each in choices if each.code == code), choices[0] if choices else None)
