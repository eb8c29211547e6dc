"""Delivery of a cart to the district that the shopper named: its price and its days."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from accounts.districts import District
from accounts.places import Place
from cart.selectors import PricedCart, sums_of
from shipping.delivery_dates import short_days
from shipping.selectors import Load, Offer, load_of, offers_for, soonest, usual


@dataclass(frozen=True, kw_only=True)
class CartDelivery:
    """The offer that the checkout begins with, and a faster one; neither if nobody goes there."""

    district: District
    sums: dict[str, Any]
    offer: Offer | None = None
    faster: Offer | None = None
    # After promotions.
    faster_price: Decimal | None = None

    @property
    def days(self) -> str:
        return _days(self.offer)

    @property
    def faster_days(self) -> str:
        return _days(self.faster)


def delivery_of(cart: PricedCart, district: District | None) -> CartDelivery | None:
    """None if there is nothing to deliver, or the district is not known. At most 2 queries."""
    if district is None or not cart.stored.lines:
        return None
    offers = offers_for(Place.in_peru(district), load_of_cart(cart), cart.basket.total)
    offer, fastest = usual(offers), soonest(offers)
    if offer is None or fastest is None:
        return CartDelivery(district=district, sums=sums_of(cart.basket))
    delivered = CartDelivery(
        district=district, sums=sums_of(cart.quote.with_shipping(offer).basket), offer=offer
    )
    if fastest.promised_to == offer.promised_to:
        return delivered
    price = cart.quote.with_shipping(fastest).basket.shipping_total
    return replace(delivered, faster=fastest, faster_price=price)


def load_of_cart(cart: PricedCart) -> Load:
    units = cart.stored.quantities()
    return load_of((variant, units.get(variant.pk, 0)) for variant in cart.variants.values())


def _days(offer: Offer | None) -> str:
    return short_days(offer.promised_from, offer.promised_to) if offer else ""
