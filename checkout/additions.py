"""Units added to an order: priced as a purchase of their own, as of today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from constance import config
from django.utils import timezone
from django.utils.translation import gettext as _

from cart.selectors import components_of, stock_units
from catalog.models import Variant
from catalog.selectors import sale_refusals, variants_for_sale
from checkout.deliveries import place_of
from checkout.exceptions import ChangeRefused
from checkout.selectors import new_lines
from inventory.selectors import available_quantities
from orders.amounts import NewLine, OrderAmounts, Reason
from orders.models import Order
from promotions.engine import price
from promotions.selectors import Wanted, price_lines, price_settings, rules_for, tax_rates

ADDED = "added"


@dataclass(frozen=True, kw_only=True)
class Addition:
    """The new units, with the catalogue's words for them."""

    lines: tuple[NewLine, ...]
    reasons: tuple[Reason, ...]
    variants: Mapping[UUID, Variant]


def price_units(order: Order, units: Mapping[UUID, int]) -> Addition:
    """
    Price so many units by variant with today's prices and automatic promotions.

    :raises ChangeRefused: if something may not be sold now
    """
    terms = (config.CURRENCY, config.PRICES_INCLUDE_TAX)
    if terms != (order.currency, order.prices_include_tax):
        raise ChangeRefused(
            _(
                "The shop's currency or tax setting has changed since: place a new order for the "
                "added products."
            ),
            ADDED,
        )
    variants = variants_for_sale(units)
    _check_for_sale(units, variants)
    place = place_of(order)
    country = place.country if place else config.COUNTRY
    rates = tax_rates(country, place.region if place else "")
    wanted = [
        Wanted(key=f"new-{variant_id}", variant_id=variant_id, quantity=quantity)
        for variant_id, quantity in units.items()
    ]
    lines = price_lines(wanted, variants, rates)
    rules = rules_for(lines, user=order.customer, email=order.email)
    basket = price(lines, rules.automatic, settings=price_settings(rates, country))
    lines_with_names = new_lines(basket, variants, kits={})
    return Addition(lines=lines_with_names, reasons=basket.reasons, variants=variants)


def check_stock(added: Addition, before: OrderAmounts, after: OrderAmounts) -> None:
    """
    Check the stock of added units; the order's own units are its already.

    :raises ChangeRefused: naming the products that lack units
    """
    components = components_of(added.variants.values())
    was, is_now = before.quantities(), after.quantities()
    extra = {key: max(is_now.get(key, 0) - was.get(key, 0), 0) for key in added.variants}
    needed = stock_units(extra, components)
    free = available_quantities(needed)
    short = [key for key, units in needed.items() if units > free[key]]
    if short:
        raise shortage(short, after)


def shortage(variant_ids: Iterable[UUID], amounts: OrderAmounts) -> ChangeRefused:
    """The refusal that names the products that lack units, or a bundle's contents."""
    short = set(variant_ids)
    names = sorted({line.name for line in amounts.lines if line.variant_id in short})
    if not names:
        return ChangeRefused(_("There are not enough units left of a bundle's contents."), ADDED)
    text = _("There are not enough units left of: %(names)s.")
    return ChangeRefused(text % {"names": ", ".join(names)}, ADDED)


def _check_for_sale(units: Mapping[UUID, int], variants: Mapping[UUID, Variant]) -> None:
    if units.keys() - variants.keys():
        raise ChangeRefused(_("This product is no longer sold."), ADDED)
    refusals = sale_refusals(list(variants.values()), timezone.now())
    for variant_id, reason in refusals.items():
        raise ChangeRefused(f"{variants[variant_id].product.name}: {reason}", ADDED)
