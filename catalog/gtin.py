"""GTIN, the number of a product's bar code (EAN, UPC)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum import ean

_LENGTH = 14


def check_gtin(number: str) -> None:
    """:raises ValidationError: if it is not 8, 12, 13 or 14 digits with the right check digit"""
    if not ean.is_valid(number) or number != ean.compact(number):
        raise ValidationError(
            _("Write the 8, 12, 13 or 14 digits under the bars. One of these is wrong or missing.")
        )


def is_same(scanned: str, number: str) -> bool:
    """Whether a scanned code is this GTIN: scanners may add or remove leading zeros."""
    return bool(number) and scanned.zfill(_LENGTH) == number.zfill(_LENGTH)
