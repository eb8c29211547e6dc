"""Amounts in whole minor units and times in seconds, as providers count them."""

from datetime import UTC, datetime
from decimal import Decimal

from core.money import minor_unit


def to_minor(amount: Decimal, currency: str) -> int:
    """
    The amount in whole minor units.

    :raises ValueError: rather than round
    """
    units = amount / minor_unit(currency)
    if units != units.to_integral_value():
        raise ValueError(f"{amount} {currency} has too many decimals.")
    return int(units)


def from_minor(units: int, currency: str) -> Decimal:
    return (Decimal(units) * minor_unit(currency)).quantize(Decimal("0.01"))


def from_seconds(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
