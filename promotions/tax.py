"""The tax of a basket's parts: rounded on each, or once on all together and shared out."""

from collections.abc import Sequence
from decimal import Decimal

from core.money import ZERO, allocate, quantize
from promotions.basket import PriceSettings


def taxes(parts: Sequence[tuple[Decimal, Decimal]], settings: PriceSettings) -> list[Decimal]:
    """
    The tax of each amount at its rate, in the order of the parts; always to the minor unit.

    Rounded once, the sum is nearest to the exact tax of all, and each part carries its share.
    """
    inside = settings.prices_include_tax
    exact = [amount * rate / (1 + rate if inside else 1) for amount, rate in parts]
    if settings.rounds_tax_per_line:
        return [quantize(tax, settings.currency) for tax in exact]
    if not any(exact):
        return [ZERO] * len(exact)
    return allocate(quantize(sum(exact, ZERO), settings.currency), exact, settings.currency)
