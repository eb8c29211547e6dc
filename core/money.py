"""Money is a Decimal in the currency's own units: rounded once, split without losing a cent."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
MAX_AMOUNT = Decimal("9999999999.99")  # that numeric(12,2) holds
# ISO 4217 exponents that differ from 2. Three-decimal currencies are refused by the shop.
WHOLE_CURRENCIES = frozenset(
    {
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    }
)
THREE_DECIMAL_CURRENCIES = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def minor_unit(currency: str) -> Decimal:
    """
    The smallest amount of the currency: 0.01 for PEN, 1 for CLP.

    :raises ValueError: for currencies with three decimals, which the tables cannot hold
    """
    if currency in THREE_DECIMAL_CURRENCIES:
        raise ValueError(f"{currency} has three decimals and is not supported.")
    return Decimal(1) if currency in WHOLE_CURRENCIES else Decimal("0.01")


def quantize(amount: Decimal, currency: str = "PEN") -> Decimal:
    """Round to the currency's minor unit, half up, as a till does. Always two places in store."""
    return amount.quantize(minor_unit(currency), ROUND_HALF_UP).quantize(ZERO)


def allocate(total: Decimal, weights: Sequence[Decimal], currency: str = "PEN") -> list[Decimal]:
    """
    Split `total` by weight so that the parts add up to the cent (largest remainder).

    :raises ValueError: if the weights add up to nothing
    """
    whole = sum(weights)
    if not whole:
        raise ValueError("Cannot allocate over weights that add up to nothing.")
    unit = minor_unit(currency)
    exact = [total * weight / whole for weight in weights]
    parts = [(share // unit) * unit for share in exact]
    missing = int((total - sum(parts)) / unit)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[:missing]:
        parts[i] += unit
    return [part.quantize(ZERO) for part in parts]
