"""What a variant has cost."""

from datetime import timedelta
from decimal import Decimal

from constance import config

from catalog.models import PriceHistory, Variant


def lowest_before(variant: Variant) -> Decimal | None:
    """
    The lowest price of the days before today's price began, to stand beside an offer.

    How many days the shop says, usually the law's 30. None if it says 0, or if nothing is known of
    that time. 1 query.
    """
    if config.LOWEST_PRICE_DAYS <= 0:
        return None
    known = PriceHistory.objects.filter(variant=variant, period__isempty=False)
    rows = known.order_by("-period__startswith").values_list("price", "period")
    began = None
    for price, period in rows:
        if price != variant.price:
            break
        began = period.lower
    if began is None:
        return None
    since = began - timedelta(days=config.LOWEST_PRICE_DAYS)
    before = (price for price, period in rows if period.upper and since < period.upper <= began)
    return min(before, default=None)
