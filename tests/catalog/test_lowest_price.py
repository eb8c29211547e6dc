from datetime import timedelta
from decimal import Decimal

import pytest
from constance.test import override_config
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from catalog.models import PriceHistory
from catalog.selectors import cards_of, lowest_before
from tests.catalog.factories import VariantFactory

PAST = [(60, 55), (100, 41), (70, 20), (90, 15), (80, 10)]  # a price, and days ago it began


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "lowest"), [(30, 70), (4, 90), (365, 60), (0, None)])
def test_the_lowest_price_is_that_of_the_days_before_the_offer_began(days, lowest):
    variant = VariantFactory.create(sale_price=Decimal(80))
    variant.price_history.all().delete()
    ends = [began for _price, began in PAST[1:]] + [None]
    for (price, began), ended in zip(PAST, ends, strict=True):
        times = [ago and timezone.now() - timedelta(days=ago) for ago in (began, ended)]
        PriceHistory.objects.create(
            variant=variant, price=price, list_price=100, period=DateTimeTZRange(*times)
        )

    with override_config(LOWEST_PRICE_DAYS=days):
        assert lowest_before(variant) == lowest
        (card,) = cards_of([variant.product.pk])
        assert card.lowest_price == lowest
