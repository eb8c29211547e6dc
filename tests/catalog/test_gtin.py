"""The number under a product's bars."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from catalog.gtin import check_gtin
from tests.catalog.factories import VariantFactory


@pytest.mark.parametrize(
    "number", ["4006381333930", "40063813", "400638133393A", "4 006381 333931", "4006-381333931"]
)
def test_a_number_that_no_bars_have_is_refused(number):
    with pytest.raises(ValidationError):
        check_gtin(number)


@pytest.mark.django_db
def test_no_two_variants_have_one_number():
    VariantFactory.create(gtin="4006381333931")
    VariantFactory.create()
    VariantFactory.create()

    with pytest.raises(IntegrityError, match="variant_gtin_once"):
        VariantFactory.create(gtin="4006381333931")
