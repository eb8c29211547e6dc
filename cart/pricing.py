"""Prices of the cart's lines, from the promotion engine."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from constance import config
from django.utils.translation import gettext as _

from accounts.models import User
from cart.store import StoredCart
from catalog.models import Variant
from core.money import ZERO
from promotions.basket import PricedBasket, PriceLine, PriceSettings, Rule, Rules, ShippingOffer
from promotions.engine import price
from promotions.exceptions import CouponRefused, CouponUsedByCustomer
from promotions.selectors import Wanted, price_lines, price_settings, rules_for, tax_rates


@dataclass(frozen=True, kw_only=True)
class PricingContext:
    """The buyer and the delivery address, which promotions and taxes depend on."""

    user: User | None = None
    email: str = ""
    placed_from: str = ""
    # The shop's own until the shopper names another.
    country: str = ""
    region: str = ""


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A priced cart. `coupon_problem` says why its coupon has no effect."""

    lines: list[PriceLine]
    rules: Rules
    settings: PriceSettings
    basket: PricedBasket
    coupon_problem: str = ""
    # The customer's orders have used it up; a guest must not learn that.
    is_coupon_spent: bool = False

    @property
    def coupon_hint(self) -> str:
        """Why a valid coupon gives no discount on these products; empty if it does."""
        coupon = self.rules.coupon
        if coupon is None or coupon.effect == "free_shipping" or self.basket.coupon_code:
            return ""
        if coupon.effect in ("buy_x_get_y", "tiers"):
            return _("Add more units of the code's products to use it.")
        return _("Your cart already has a better offer, so this code has no effect.")

    def with_shipping(self, offer: ShippingOffer | None) -> "Quote":
        """The same lines and rules with this delivery. No query."""
        return replace(self, basket=_price(self.lines, self.rules, self.settings, offer))


def _price(
    lines: list[PriceLine],
    rules: Rules,
    settings: PriceSettings,
    shipping: ShippingOffer | None = None,
) -> PricedBasket:
    return price(
        lines,
        rules.automatic,
        kits=rules.kits,
        coupon=rules.coupon,
        shipping=shipping,
        settings=settings,
    )


def quote(
    cart: StoredCart,
    variants: Mapping[UUID, Variant],
    buyer: PricingContext,
    agreed: Rule | None = None,
) -> Quote:
    """
    Price the lines of these variants as of now. Queries do not grow with the lines.

    `agreed` is a discount that staff have given. A refused coupon is ignored and its reason
    returned.
    """
    country = buyer.country or config.COUNTRY
    rates = tax_rates(country, buyer.region) if cart.lines else {"standard": ZERO}
    lines = _lines(cart, variants, rates)
    problem, is_spent = "", False
    try:
        rules = _rules(lines, cart.coupon, buyer)
    except CouponRefused as refusal:
        problem, is_spent = str(refusal), isinstance(refusal, CouponUsedByCustomer)
        rules = _rules(lines, "", buyer)
    if agreed:
        rules = replace(rules, automatic=(*rules.automatic, agreed))
    settings = price_settings(rates, country)
    return Quote(
        lines=lines,
        rules=rules,
        settings=settings,
        basket=_price(lines, rules, settings),
        coupon_problem=problem,
        is_coupon_spent=is_spent,
    )


def check_coupon(cart: StoredCart, variants: Mapping[UUID, Variant], buyer: PricingContext) -> None:
    """:raises CouponRefused: if the cart's coupon has no effect on it"""
    _rules(_lines(cart, variants, {"standard": ZERO}), cart.coupon, buyer)


def _lines(
    cart: StoredCart, variants: Mapping[UUID, Variant], rates: Mapping[str, Decimal]
) -> list[PriceLine]:
    wanted = [
        Wanted(key=str(key), variant_id=key.variant_id, quantity=line.quantity, kit=key.kit)
        for key, line in cart.lines.items()
    ]
    return price_lines(wanted, variants, rates)


def _rules(lines: list[PriceLine], coupon: str, buyer: PricingContext) -> Rules:
    return rules_for(
        lines,
        coupon_code=coupon,
        user=buyer.user,
        email=buyer.email,
        placed_from=buyer.placed_from,
    )
