"""What a variant has cost."""

from datetime import timedelta
from decimal import Decimal

from catalog.models import PriceHistory, Variant

LOOK_BACK = timedelta(days=30)


def lowest_before(variant: Variant) -> Decimal | None:
    """
    The lowest price of the 30 days before today's price began, to stand beside an offer.

    None if nothing is known of that time. 1 query.
    """
    known = PriceHistory.objects.filter(variant=variant, period__isempty=False)
    rows = known.order_by("-period__startswith").values_list("price", "period")
    began = None
    for price, period in rows:
        if price != variant.price:
            break
        began = period.lower
    if began is None:
        return None
    since = began - LOOK_BACK
    before = (price for price, period in rows if period.upper and since < period.upper <= began)
    return min(before, default=None)
