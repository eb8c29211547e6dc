"""Amounts as people type them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.web.forms import AmountField

AMOUNT = AmountField(max_digits=12, decimal_places=2, min_value=0)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10", "10"),
        ("10.5", "10.50"),
        ("10,50", "10.50"),
        (" 1234.50 ", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("12.990", "12990"),
        ("1,234,567", "1234567"),
    ],
)
def test_it_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert AMOUNT.clean(typed) == Decimal(meant)


@pytest.mark.parametrize(
    "typed",
    ["", "ten", "1.2.3", "1,23,4", "-5", "NaN", "1e3x", "0.001", "0,500", "1,234.567", "1.234 567"],
)
def test_what_cannot_be_meant_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        AMOUNT.clean(typed)
