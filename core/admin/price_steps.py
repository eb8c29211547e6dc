"""The steps by which a price came about, for `admin/_price_steps.html`."""

from dataclasses import dataclass
from decimal import Decimal

from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, kw_only=True)
class PriceStep:
    """An amount and its reason, negative if deducted; `is_sum` closes the steps above it."""

    words: StrOrPromise
    amount: Decimal
    is_sum: bool = False
