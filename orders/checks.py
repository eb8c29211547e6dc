"""A system check: the orders' currency is the shop's."""

from typing import Any

from constance import config
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from orders.models import Order


@register(Tags.database)
def sells_in_the_currency_of_its_orders(**kwargs: Any) -> list[CheckMessage]:
    """Only where the database is asked for: `check --database default`, and `migrate`."""
    if "default" not in (kwargs.get("databases") or ()):
        return []
    try:
        latest = Order.objects.order_by("-pk").values_list("currency", flat=True).first()
    except DatabaseError:
        return []  # the tables are still to be made
    if latest in (None, config.CURRENCY):
        return []
    return [
        Error(
            f"CURRENCY is {config.CURRENCY}, but the orders of this shop are in {latest}.",
            hint=f"Set it back: manage.py constance set CURRENCY {latest}. To sell in another "
            "currency, begin a shop with a database of its own.",
            id="orders.E001",
        )
    ]
