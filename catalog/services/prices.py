"""Prices of variants. The database records their history, whatever changes them."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Self
from uuid import UUID

from constance import config
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.exceptions import PriceHasMoved, PriceInDoubt, WrongPrice
from catalog.models import Product, Variant
from core.formats import money
from core.money import MAX_AMOUNT, ZERO, quantize

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Prices:
    """The prices of a variant: list price, and sale price if it has one."""

    list_price: Decimal
    sale_price: Decimal | None = None

    @classmethod
    def of(cls, variant: Variant) -> Self:
        return cls(variant.list_price, variant.sale_price)

    @property
    def current(self) -> Decimal:
        return self.list_price if self.sale_price is None else self.sale_price


class PriceStepKind(models.TextChoices):
    """A change for the prices of many variants."""

    LIST_PERCENT = "list_percent", gettext_lazy("List price: up or down by percent")
    LIST_AMOUNT = "list_amount", gettext_lazy("List price: up or down by an amount")
    LIST_SET = "list_set", gettext_lazy("List price: set to an amount")
    SALE_PERCENT = "sale_percent", gettext_lazy("Sale price: percent off the list price")
    SALE_AMOUNT = "sale_amount", gettext_lazy("Sale price: an amount off the list price")
    SALE_SET = "sale_set", gettext_lazy("Sale price: set to an amount")
    SALE_END = "sale_end", gettext_lazy("Sale price: none, the offers end")


@dataclass(frozen=True)
class PriceStep:
    """A price change; results are rounded to multiples of `rounded_to`."""

    kind: PriceStepKind
    value: Decimal = ZERO
    rounded_to: Decimal = Decimal("0.01")

    def take(self, prices: Prices) -> Prices:
        """The prices after the change, unchecked."""
        if self.kind == PriceStepKind.SALE_END:
            return replace(prices, sale_price=None)
        off = {
            PriceStepKind.LIST_PERCENT: -prices.list_price * self.value / HUNDRED,
            PriceStepKind.LIST_AMOUNT: -self.value,
            PriceStepKind.SALE_PERCENT: prices.list_price * self.value / HUNDRED,
            PriceStepKind.SALE_AMOUNT: self.value,
        }
        amount = prices.list_price - off[self.kind] if self.kind in off else self.value
        if self.kind.startswith("list"):
            return replace(prices, list_price=self._round(amount))
        return replace(prices, sale_price=self._round(amount))

    def _round(self, amount: Decimal) -> Decimal:
        steps = (amount / self.rounded_to).quantize(Decimal(1), ROUND_HALF_UP)
        return quantize(steps * self.rounded_to, config.CURRENCY)


def price_doubt(before: Decimal | None, after: Decimal) -> str:
    """Why the new price needs confirmation; empty if it does not."""
    if before == after:
        return ""
    if after == 0:
        return _("The price would be 0.")
    if before and after * HUNDRED < before * config.PRICE_DOUBT_PERCENT:
        return _("The price would fall from %(before)s to %(after)s.") % {
            "before": money(before, config.CURRENCY),
            "after": money(after, config.CURRENCY),
        }
    return ""


def check_prices(before: Prices | None, after: Prices, *, confirmed: bool = False) -> None:
    """
    Validate the new prices of a variant.

    :raises WrongPrice: if they are impossible
    :raises PriceInDoubt: if the price is 0 or far below the last one, and not confirmed
    """
    if after.list_price < 0 or after.current < 0:
        raise WrongPrice(_("A price is 0 or more."))
    if after.list_price > MAX_AMOUNT:
        raise WrongPrice(_("That is more than a price can be."))
    if after.current > after.list_price:
        raise WrongPrice(_("The sale price is above the list price."))
    doubt = price_doubt(before.current if before else None, after.current)
    if doubt and not confirmed:
        raise PriceInDoubt(doubt)


@transaction.atomic
def set_prices(
    variant_id: UUID, after: Prices, *, seen: Prices | None = None, confirmed: bool = False
) -> None:
    """
    Set the prices of a variant, and whether it is on offer.

    With `seen` prices, a repeated call changes nothing.

    :raises Variant.DoesNotExist: if it is gone
    :raises PriceHasMoved: if the prices are no longer the `seen` ones
    :raises WrongPrice, PriceInDoubt: as `check_prices`
    """
    variant = locked_with_product(variant_id)
    before = Prices.of(variant)
    if seen is not None and seen != before:
        raise PriceHasMoved(_("The price has changed meanwhile. Look again."))
    check_prices(before, after, confirmed=confirmed)
    is_on_offer = variant.is_on_offer
    if (before.sale_price is None) != (after.sale_price is None):
        is_on_offer = after.sale_price is not None
    Variant.objects.filter(pk=variant_id).update(
        price_modifier=after.list_price - variant.product.base_price,
        sale_price=after.sale_price,
        is_on_offer=is_on_offer,
    )


def locked_with_product(variant_id: UUID) -> Variant:
    """
    The variant, locked after its product, which triggers update too.

    :raises Variant.DoesNotExist: if it is gone
    """
    product_id = Variant.objects.values_list("product_id", flat=True).get(pk=variant_id)
    product = Product.objects.select_for_update(no_key=True).get(pk=product_id)
    variant: Variant = Variant.objects.select_for_update(no_key=True).get(pk=variant_id)
    variant.product = product
    return variant
