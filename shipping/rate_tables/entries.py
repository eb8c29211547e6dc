"""One rate as a row of a file: methods by their code, zones by their name."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shipping.models import ShippingRate

# The columns of the file, for ever, with their headings for people.
COLUMNS = {
    "method": _("method"),
    "zone": _("zone"),
    "from_kg": _("from kg"),
    "to_kg": _("to kg"),
    "from_amount": _("from amount"),
    "to_amount": _("to amount"),
    "price": _("price"),
    "price_per_kg": _("and per further kg"),
    "days_from": _("days from"),
    "days_to": _("days to"),
}


# The columns and the fields of a rate that they show.
FIELDS = {
    "from_kg": "min_weight_kg",
    "to_kg": "max_weight_kg",
    "from_amount": "min_amount",
    "to_amount": "max_amount",
    "price": "price",
    "price_per_kg": "price_per_kg",
    "days_from": "days_min",
    "days_to": "days_max",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row of the file. Where there is no upper limit, it is None."""

    method: str
    zone: str
    from_kg: Decimal = Decimal(0)
    to_kg: Decimal | None = None
    from_amount: Decimal = Decimal(0)
    to_amount: Decimal | None = None
    price: Decimal
    price_per_kg: Decimal = Decimal(0)
    days_from: int = 1
    days_to: int = 3

    @classmethod
    def of(cls, rate: ShippingRate) -> Self:
        cells = {column: getattr(rate, field) for column, field in FIELDS.items()}
        return cls(method=rate.method.code, zone=rate.zone.name, **cells)


def entries_of(rates: QuerySet[ShippingRate]) -> Iterable[Entry]:
    """The rates as rows, method by method, light parcels first. 1 query."""
    ordered = rates.select_related("method", "zone").order_by(
        "method__position", "method__code", "zone__name", "min_weight_kg", "min_amount", "pk"
    )
    return map(Entry.of, ordered)
