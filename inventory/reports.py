"""The rows of the stock reports, for commands and pages alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, prefetch_related_objects

from core.reports import Filters
from inventory.models import Reservation, StockLevel
from inventory.models.level import StockLevelQuerySet
from inventory.selection import Selection, select

CHUNK = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class StockRow:
    """What lies of a variant in one warehouse, and what it has cost if that is known."""

    sku: str
    name: str
    category: str
    seller: str
    warehouse: str
    bin: str
    on_hand: int
    committed: int
    reserved: int
    available: int
    minimum: int
    maximum: int | None
    unit_cost: Decimal | None

    @property
    def sellable(self) -> int:
        """What is not sold yet, held or not."""
        return self.on_hand - self.committed

    @property
    def missing(self) -> int:
        """Units up to the maximum, or to the minimum where there is none; never below nothing."""
        return max((self.maximum or self.minimum) - self.sellable, 0)

    @property
    def value(self) -> Decimal | None:
        return None if self.unit_cost is None else self.unit_cost * self.on_hand


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldRow:
    """Units that somebody held until their time ran out."""

    sku: str
    warehouse: str
    quantity: int
    document: str
    reference: str
    expired_at: datetime


def stock(filters: Filters) -> Iterator[StockRow]:
    """
    The stock by warehouse and SKU; of days, the levels that moved in them. One query, and those
    of the filters.

    :raises UnknownName: if a filter names nothing
    """
    return _rows(_levels(select(filters)))


def low_stock(filters: Filters) -> Iterator[StockRow]:
    """The levels below their minimum, in the same way."""
    return _rows(_levels(select(filters)).below_minimum())


def hold_rows(holds: list[Reservation]) -> list[HoldRow]:
    """The holds as a report shows them. Two queries."""
    prefetch_related_objects(holds, "variant", "warehouse")
    return [
        HoldRow(
            sku=hold.variant.sku,
            warehouse=hold.warehouse.code,
            quantity=hold.quantity,
            document=hold.get_reference_kind_display(),
            reference=str(hold.reference),
            expired_at=hold.expires_at,
        )
        for hold in holds
    ]


def expired_holds(filters: Filters) -> Q:
    """
    The holds that the filters mean, by the moment they ran out.

    :raises UnknownName: if a filter names nothing
    """
    chosen = select(filters)
    return chosen.of_goods("variant__") & chosen.of_place() & chosen.of_days("expires_at")


def _levels(chosen: Selection) -> StockLevelQuerySet:
    wanted = chosen.of_goods("variant__") & chosen.of_place() & chosen.that_moved()
    levels = StockLevel.objects.filter(wanted).select_related(
        "warehouse", "variant__category", "variant__product__category", "variant__product__seller"
    )
    return levels.order_by("warehouse__code", "variant__sku")


def _rows(levels: StockLevelQuerySet) -> Iterator[StockRow]:
    for level in levels.iterator(chunk_size=CHUNK):
        variant = level.variant
        yield StockRow(
            sku=variant.sku,
            name=variant.name,
            category=(variant.category or variant.product.category).name,
            seller=variant.product.seller.name,
            warehouse=level.warehouse.code,
            bin=level.bin,
            on_hand=level.on_hand,
            committed=level.committed,
            reserved=level.reserved,
            available=level.available,
            minimum=level.minimum,
            maximum=level.maximum,
            unit_cost=variant.cost,
        )
