"""The cart for pages: one Redis call, and a constant number of queries."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.places import Place
from cart import pricing, store
from cart.pricing import PricingContext, Quote
from cart.store import LineKey, StoredCart
from catalog.images import srcset
from catalog.models import Variant, VariantOption
from catalog.selectors import first_pictures, sale_refusals, variant_of, variants_for_sale
from core.database.lookups import AnyOf
from core.money import ZERO
from inventory.selectors import Hold, available_quantities, holds_of
from orders.selectors import parts_of
from promotions.basket import KitRule, PricedBasket, Rule
from promotions.selectors import abroad, tax_label
from shipping.selectors import free_from

# Units of each component in one unit of a bundle.
Components = Mapping[UUID, Mapping[UUID, int]]


@dataclass(frozen=True, kw_only=True)
class CartLine:
    """A line for display. `problem` says why it cannot be ordered."""

    key: LineKey
    name: str
    quantity: int
    sku: str = ""
    options: str = ""
    url: str = ""
    picture: dict[str, Any] | None = None
    most: int = 1
    unit_price: Decimal = ZERO
    total: Decimal = ZERO
    seconds: int = 0
    problem: str = ""

    @property
    def amount(self) -> Decimal:
        """Before promotions; the lines' amounts add up to the subtotal."""
        return self.unit_price * self.quantity

    @property
    def kit(self) -> str:
        return self.key.kit


@dataclass(frozen=True, kw_only=True)
class CartGroup:
    """Lines that belong together: those of a kit, or one that is in none."""

    lines: list[CartLine]
    # Empty for a kit without a discount, of which nothing else is asked.
    name: str = ""
    is_whole: bool = True
    edit_url: str = ""

    @property
    def kit(self) -> str:
        return self.lines[0].kit

    @property
    def seconds(self) -> int:
        """The kit is held as long as its first line that runs out; what cannot be sold is not."""
        return min((line.seconds for line in self.lines if not line.problem), default=0)

    @property
    def can_be_sold(self) -> bool:
        return not all(line.problem for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class PricedCart:
    """The cart's lines, variants and current prices: all that placing an order needs."""

    stored: StoredCart
    variants: Mapping[UUID, Variant]
    quote: Quote

    @property
    def basket(self) -> PricedBasket:
        return self.quote.basket

    @property
    def coupon(self) -> str:
        return self.stored.coupon

    @property
    def coupon_problem(self) -> str:
        return self.quote.coupon_problem

    @property
    def coupon_hint(self) -> str:
        return self.quote.coupon_hint


@dataclass(frozen=True, kw_only=True)
class CartPage(PricedCart):
    """All that the cart page, its drawer and the checkout's summary show."""

    lines: list[CartLine]
    # Where the shopper said it goes.
    place: Place | None = None

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def groups(self) -> list[CartGroup]:
        """The lines in their order; those of a kit where its first one is."""
        found: dict[str, list[CartLine]] = {}
        for line in self.lines:
            found.setdefault(line.kit or str(line.key), []).append(line)
        rules = {kit.key: kit for kit in self.quote.rules.kits}
        return [_group(lines, rules.get(key), self.quote) for key, lines in found.items()]

    @property
    def free_delivery(self) -> dict[str, Any] | None:
        """The amount from which a method that goes there is free, its name, the missing amount."""
        free = free_from(self.place)
        if free is None:
            return None
        total = self.basket.total
        missing = max(free.amount - total, ZERO)
        return {"promised": free.amount, "total": total, "missing": missing, "way": free.way}

    @property
    def sums(self) -> dict[str, Any]:
        return sums_of(self.basket)


def sums_of(basket: PricedBasket) -> dict[str, Any]:
    """The basket's figures for components/_sums.html."""
    gifts = {reason.promotion_id for reason in basket.shipping_reasons}
    return {
        "subtotal": basket.subtotal,
        "discounts": [
            {"label": f"{r.name} ({r.code})" if r.code else r.name, "amount": r.amount}
            for r in basket.reasons
            if r.promotion_id is None or r.promotion_id not in gifts
        ],
        "shipping": basket.shipping_total if basket.shipping else None,
        "tax": basket.tax_total,
        "tax_is_added": not basket.prices_include_tax,
        "tax_label": _tax_label(basket),
        "tax_abroad": abroad(basket.settings.tax_country),
        "total": basket.total,
    }


def _tax_label(basket: PricedBasket) -> str:
    rates = {priced.line.tax_rate for priced in basket.lines}
    return tax_label(basket.settings.tax_country, rates) if rates else ""


def priced_cart(cart_id: UUID | None, buyer: PricingContext | None = None) -> PricedCart:
    """
    The cart with current prices. One Redis call, 3 queries, more with kits or a coupon.

    :raises ServiceUnavailable: if Redis is unavailable
    """
    return priced(store.read(cart_id), buyer)


def priced(
    stored: StoredCart, buyer: PricingContext | None = None, agreed: Rule | None = None
) -> PricedCart:
    """These lines with current prices, and a discount that staff have given. No Redis call."""
    variants = variants_for_sale(stored.quantities()) if stored.lines else {}
    quote = pricing.quote(stored, variants, buyer or PricingContext(), agreed)
    return PricedCart(stored=stored, variants=variants, quote=quote)


def get_cart(
    cart_id: UUID | None, buyer: PricingContext | None = None, place: Place | None = None
) -> CartPage:
    """
    The cart with current prices, holds and problems. About 10 queries.

    :raises ServiceUnavailable: if Redis is unavailable
    """
    return shown(priced_cart(cart_id, buyer), cart_id, place)


def shown(cart: PricedCart, holder: UUID | None, place: Place | None = None) -> CartPage:
    """The cart with the units that `holder` holds, and the problems of its lines. 6 queries."""
    lines = _lines(holder, cart) if holder else []
    return CartPage(
        stored=cart.stored, variants=cart.variants, quote=cart.quote, lines=lines, place=place
    )


def check_coupon(cart: StoredCart, code: str, buyer: PricingContext) -> None:
    """:raises CouponRefused: if the code has no effect on this cart"""
    variants = variants_for_sale(cart.quantities())
    pricing.check_coupon(replace(cart, coupon=code), variants, buyer)


def find_variant(text: str) -> UUID | None:
    """The variant with this key or SKU. At most 1 query."""
    try:
        return UUID(text)
    except ValueError:
        return None if "\0" in text else variant_of(text)


def components_of(variants: Iterable[Variant]) -> Components:
    """The components of each bundle among these. 1 query if there is a bundle, else none."""
    return {
        bundle: {part.variant_id: part.quantity for part in parts}
        for bundle, parts in parts_of(variants).items()
    }


def stock_units(quantities: Mapping[UUID, int], components: Components) -> dict[UUID, int]:
    """The stock units for these quantities, bundles split into their components."""
    units: dict[UUID, int] = {}
    for variant_id, quantity in quantities.items():
        for part, each in components.get(variant_id, {variant_id: 1}).items():
            units[part] = units.get(part, 0) + each * quantity
    return units


def free_units(
    variants: Collection[Variant], *, warehouse_id: UUID | None = None
) -> dict[UUID, int]:
    """How many of each can be had now; of a bundle, how many can be put together. 2 queries."""
    components = components_of(variants)
    parts = {each.pk: components.get(each.pk, {each.pk: 1}) for each in variants}
    needs = {part for needed in parts.values() for part in needed}
    free = available_quantities(needs, warehouse_id=warehouse_id)
    return {
        key: min(free[part] // units for part, units in needed.items())
        for key, needed in parts.items()
    }


@dataclass(frozen=True)
class _Stock:
    """Held and available units of everything in the cart."""

    components: Components
    needed: Mapping[UUID, int]
    holds: Mapping[UUID, Hold]
    free: Mapping[UUID, int]
    now: datetime

    def seconds(self, variant_id: UUID) -> int:
        """How long the whole line is still held; 0 if some of its units are not."""
        parts = self.components.get(variant_id, {variant_id: 1})
        if any(self._held(part) < self.needed[part] for part in parts):
            return 0
        until = min(self.holds[part].expires_at for part in parts)
        return max(0, int((until - self.now).total_seconds()))

    def most(self, variant_id: UUID) -> int:
        """How many units this cart could hold."""
        parts = self.components.get(variant_id, {variant_id: 1})
        return min((self._held(part) + self.free.get(part, 0)) // n for part, n in parts.items())

    def _held(self, part: UUID) -> int:
        return self.holds[part].quantity if part in self.holds else 0


def _stock(cart_id: UUID, cart: StoredCart, variants: Mapping[UUID, Variant]) -> _Stock:
    components = components_of(variants.values())
    needed = stock_units(cart.quantities(), components)
    now = timezone.now()
    holds = {key: hold for key, hold in holds_of(cart_id).items() if hold.expires_at > now}
    free = available_quantities(list(needed)) if needed else {}
    return _Stock(components, needed, holds, free, now)


def _lines(cart_id: UUID, priced_cart: PricedCart) -> list[CartLine]:
    cart, variants = priced_cart.stored, priced_cart.variants
    if not cart.lines:
        return []
    stock = _stock(cart_id, cart, variants)
    refusals = sale_refusals(list(variants.values()), timezone.now())
    pictures = pictures_of(variants.values())
    options = options_of(variants)
    priced = {line.key: line for line in priced_cart.basket.lines}
    lines = []
    for key, stored in cart.lines.items():
        variant = variants.get(key.variant_id)
        if variant is None:
            lines.append(_gone(key, stored.quantity))
            continue
        most = stock.most(variant.pk)
        line = priced[str(key)]
        lines.append(
            CartLine(
                key=key,
                name=variant.product.name,
                quantity=line.quantity,
                sku=variant.sku,
                options=" · ".join(options.get(variant.pk, {}).values()),
                url=f"{reverse('storefront:product', args=[variant.product.slug])}?v={variant.sku}",
                picture=pictures.get(variant.pk),
                most=max(most, 1),
                unit_price=line.unit_price,
                total=line.total,
                seconds=stock.seconds(variant.pk),
                problem=refusals.get(variant.pk) or _shortage(cart, key, most),
            )
        )
    return lines


def _gone(key: LineKey, quantity: int) -> CartLine:
    return CartLine(
        key=key,
        name=_("A product that is no longer sold"),
        quantity=quantity,
        problem=_("This product is no longer sold. Please remove it."),
    )


def _group(lines: list[CartLine], kit: KitRule | None, quote: Quote) -> CartGroup:
    if kit is None:
        return CartGroup(lines=lines)
    sets = kit.sets(quote.lines)
    chosen = {"instead": max(sets, 1), "variant": [line.sku for line in lines if line.sku]}
    page = reverse("storefront:kit", args=[kit.slug])
    return CartGroup(
        lines=lines,
        name=kit.name,
        is_whole=sets > 0,
        edit_url=f"{page}?{urlencode(chosen, doseq=True)}",
    )


def _shortage(cart: StoredCart, key: LineKey, most: int) -> str:
    wanted = cart.quantities()[key.variant_id]
    if wanted <= most:
        return ""
    if most <= 0:
        return _("Sold out. Please remove it.")
    return ngettext("Only %s unit is left.", "Only %s units are left.", most) % most


def options_of(variants: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """Each variant's options by name, in their order. 1 query."""
    found: dict[UUID, dict[str, str]] = {}
    options = VariantOption.objects.filter(AnyOf(F("variant"), list(variants)))
    for option in options.order_by("position"):
        found.setdefault(option.variant_id, {})[option.name] = option.value
    return found


def pictures_of(variants: Iterable[Variant]) -> dict[UUID, dict[str, Any]]:
    """Each variant's picture. 1 query."""
    return {
        key: {
            "src": image.picture.url,
            "width": image.width or 640,
            "height": image.height or 640,
            "alt": image.alt,
            "avif": srcset(image, "avif"),
            "webp": srcset(image, "webp"),
        }
        for key, image in first_pictures(variants).items()
    }
