"""Prices and taxes in words: the steps of the pricer for one unit, and those of an order's line."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from constance import config
from django.utils.formats import localize
from django.utils.translation import gettext as _

from catalog.models import Variant
from core.admin.price_steps import PriceStep
from core.formats import money
from orders.models import Order, OrderLine
from promotions import selectors
from promotions.basket import PricedLine
from promotions.engine import price
from promotions.models import TaxRate


class PagePricing:
    """For `catalog.admin.pricing_on_page`."""

    def tax_classes(self) -> list[tuple[str, str]]:
        """The tax classes with a rate, each by the name and rate in the shop's country. 1 query."""
        rows = list(TaxRate.objects.filter(region="").order_by("tax_class"))
        own = {row.tax_class: (row.name, row.rate) for row in rows if row.country == config.COUNTRY}
        usual = own.get("standard", (str(config.DEFAULT_TAX_NAME), config.DEFAULT_TAX_RATE))
        named = {row.tax_class: (row.tax_class, usual[1]) for row in rows} | own
        named["standard"] = usual
        return [
            (code, f"{name} ({localize((rate * 100).normalize())}\N{NO-BREAK SPACE}%)")
            for code, (name, rate) in named.items()
        ]

    def explain(self, variants: Sequence[Variant]) -> Mapping[UUID, list[PriceStep]]:
        """As the cart would price one unit of each alone, for delivery in the shop's country."""
        rates = selectors.tax_rates(config.COUNTRY)
        settings = selectors.price_settings(rates, config.COUNTRY)
        wanted = [
            selectors.Wanted(key=str(each.pk), variant_id=each.pk, quantity=1) for each in variants
        ]
        known = {each.pk: each for each in variants}
        lines = selectors.price_lines(wanted, known, rates)
        rules = selectors.rules_for(lines)
        priced = [price([line], rules.automatic, settings=settings).lines[0] for line in lines]
        taxes = _taxes(config.COUNTRY, {line.tax_rate for line in lines})
        return {
            each.line.variant_id: list(
                _of_variant(known[each.line.variant_id], each, taxes[each.line.tax_rate])
            )
            for each in priced
        }


def _of_variant(variant: Variant, priced: PricedLine, tax: str) -> Iterator[PriceStep]:
    yield PriceStep(words=_("Base price of the product"), amount=variant.product.base_price)
    if variant.price_modifier:
        yield PriceStep(words=_("Difference of the variant"), amount=variant.price_modifier)
    if variant.sale_price is not None:
        offer = variant.sale_price - variant.list_price
        yield PriceStep(words=_("Offer"), amount=offer)
    yield PriceStep(words=_("Price in the shop"), amount=priced.unit_price, is_sum=True)
    for reason in priced.reasons:
        yield PriceStep(words=reason.name, amount=-reason.amount)
    if priced.reasons:
        yield PriceStep(words=_("One unit in the cart"), amount=priced.total, is_sum=True)
    yield _tax(tax, priced.tax, is_included=config.PRICES_INCLUDE_TAX)


def of_lines(order: Order, lines: Sequence[OrderLine]) -> list[list[PriceStep]]:
    """As the order stored them when it was placed. Wants the discounts of the lines."""
    taxes = _taxes(order.pricing.get("tax_country", ""), {line.tax_rate for line in lines})
    return [list(_of_line(order, line, taxes[line.tax_rate])) for line in lines]


def _of_line(order: Order, line: OrderLine, tax: str) -> Iterator[PriceStep]:
    yield PriceStep(words=_("List price"), amount=line.list_price)
    if line.unit_price != line.list_price:
        yield PriceStep(words=_("Offer"), amount=line.unit_price - line.list_price)
        yield PriceStep(words=_("Price of a unit"), amount=line.unit_price, is_sum=True)
    if line.quantity > 1:
        each = money(line.unit_price, order.currency)
        words = _("%(units)s units at %(price)s") % {"units": line.quantity, "price": each}
        yield PriceStep(words=words, amount=line.amount, is_sum=True)
    for discount in line.discounts.all():
        words = f"{discount.reason} ({discount.code})" if discount.code else discount.reason
        yield PriceStep(words=words, amount=-discount.amount)
    yield PriceStep(words=_("Total"), amount=line.total, is_sum=True)
    yield _tax(tax, line.tax, is_included=order.prices_include_tax)


def _taxes(country: str, rates: Collection[Decimal]) -> dict[Decimal, str]:
    """The name of each tax. At most a query for each rate that there is."""
    return {rate: selectors.tax_label(country, [rate]) for rate in rates}


def _tax(label: str, amount: Decimal, *, is_included: bool) -> PriceStep:
    words = _("%(tax)s, included") if is_included else _("%(tax)s, added")
    return PriceStep(words=words % {"tax": label}, amount=amount)
