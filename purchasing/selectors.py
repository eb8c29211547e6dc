"""Reads of purchasing: suggestions to reorder, and a purchase order with its figures."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from constance import config
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from catalog.models import Variant
from inventory.models import (
    Movement,
    MovementKind,
    StockLevel,
    TransferLine,
    Warehouse,
    WarehouseKind,
)
from inventory.selectors import units_to_dispatch
from inventory.states import TransferStatus
from orders.models import OrderAddress
from promotions.selectors import tax_rates
from purchasing.models import PurchaseOrder, PurchaseOrderLine, SupplierTask, SupplierTaskLine
from purchasing.states import PurchaseOrderStatus

# Sales of four whole weeks: every weekday counts as often as the others.
SALES_DAYS = 28
MAX_EXTRA_PERCENT = 100

# A variant in a warehouse, by their keys.
Place = tuple[UUID, UUID]


@dataclass(frozen=True)
class Suggestion:
    """How many units of a variant should be ordered for a warehouse, and what they cost last."""

    variant_id: UUID
    warehouse_id: UUID
    seller_id: UUID
    quantity: int
    unit_cost: Decimal


@dataclass(frozen=True)
class OrderLineRow:
    """A line of an order as its page shows it."""

    line: PurchaseOrderLine
    most: int
    margin: Decimal | None


def suggestions(
    *, supplier_id: UUID, seller_id: UUID | None = None, level_id: UUID | None = None
) -> list[Suggestion]:
    """
    What should be ordered from the supplier who sold us the variant last. One query.

    A level is filled up when it falls below its minimum or below what four weeks sell: to its
    maximum, or where it has none to both together. What is ordered or on its way counts as there.
    """
    theirs = PurchaseOrderLine.objects.filter(purchase_order__supplier=supplier_id)
    levels = _levels_to_fill().filter(variant__in=theirs.values("variant"), supplier=supplier_id)
    if seller_id:
        levels = levels.filter(warehouse__seller=seller_id)
    if level_id:
        levels = levels.filter(pk=level_id)
    rows = levels.order_by("variant__sku", "pk").values_list(
        "variant_id", "warehouse_id", "warehouse__seller_id", "lacking", "last_cost"
    )
    return [Suggestion(*row) for row in rows]


def supplier_of(level_id: UUID) -> UUID | None:
    """The active supplier who sold us the level's variant last. One query."""
    latest = Subquery(_bought(OuterRef("variant")).values("purchase_order__supplier")[:1])
    return StockLevel.objects.filter(pk=level_id).values_list(latest, flat=True).first()


def max_acceptable(quantity: int) -> int:
    """How many units may come in all where that many were ordered."""
    percent = min(max(config.OVER_RECEIPT_PERCENT, 0), MAX_EXTRA_PERCENT)
    return quantity + int(quantity * percent // 100)


def order_lines(order: PurchaseOrder) -> list[OrderLineRow]:
    """
    The order's lines, with what may come of each and what it earns. Two queries.

    An order in another currency than the catalogue's says nothing of what is earned.
    """
    rates = tax_rates(config.COUNTRY)
    is_comparable = order.currency == config.CURRENCY
    return [
        OrderLineRow(
            line,
            max_acceptable(line.quantity),
            margin(line.variant, line.unit_cost, rate_of(line.variant, rates))
            if is_comparable
            else None,
        )
        for line in order.lines.select_related("variant__product", "warehouse").order_by("pk")
    ]


def units_to_hand_out(order_id: UUID) -> dict[tuple[UUID, UUID | None], dict[Place, int]]:
    """
    Units of an order that lie with suppliers and stand in no task of theirs. Three queries.

    By seller and supplier; without a supplier where nobody has said whose warehouse it is.
    """
    waiting = Counter(units_to_dispatch(order_id))
    tasks = SupplierTask.objects.unsent().filter(order=order_id)
    lines = SupplierTaskLine.objects.filter(task__in=tasks)
    for variant_id, warehouse_id, units in lines.values_list("variant", "warehouse", "quantity"):
        waiting[variant_id, warehouse_id] -= units
    suppliers = {
        warehouse_id: (seller_id, supplier_id)
        for warehouse_id, seller_id, supplier_id in Warehouse.objects.filter(
            kind=WarehouseKind.DROPSHIPPING, pk__in={place[1] for place in waiting}
        ).values_list("pk", "seller", "dropship__supplier")
    }
    found: dict[tuple[UUID, UUID | None], dict[Place, int]] = defaultdict(dict)
    for place, units in (+waiting).items():
        if place[1] in suppliers:
            found[suppliers[place[1]]][place] = units
    return found


def address_lines(address: OrderAddress) -> str:
    """Where a parcel goes, as one writes it on it: without the name."""
    town = joined([address.district, address.city, address.region])
    lines = [address.street, f"{address.postal_code} {town}".strip(), str(address.country.name)]
    return "\n".join(filter(None, [*lines, address.reference]))


def margin(variant: Variant, unit_cost: Decimal, tax_rate: Decimal) -> Decimal | None:
    """Percent of the price without tax that is left over after the cost; none for gifts."""
    price: Decimal = variant.price / (1 + tax_rate) if config.PRICES_INCLUDE_TAX else variant.price
    if not price:
        return None
    return ((price - unit_cost) / price * 100).quantize(Decimal("0.1"))


def rate_of(variant: Variant, rates: dict[str, Decimal]) -> Decimal:
    return rates.get(variant.product.tax_class, rates["standard"])


def _levels_to_fill() -> QuerySet[Any, Any]:
    """Levels of goods that we buy and sell, annotated with `supplier`, `lacking`, `last_cost`."""
    latest = _bought(OuterRef("variant"))
    return (
        StockLevel.objects.filter(
            warehouse__is_active=True,
            warehouse__kind=WarehouseKind.OWN,
            variant__is_active=True,
            variant__product__is_active=True,
        )
        .annotate(
            supplier=Subquery(latest.values("purchase_order__supplier")[:1]),
            last_cost=Subquery(latest.values("unit_cost")[:1]),
            sold=Greatest(_units_here(_sales(), -Sum("quantity")), 0),
            there=F("on_hand")
            - F("committed")
            + _units_here(_awaited(), Sum(F("quantity") - F("received_quantity")))
            + _units_here(
                TransferLine.objects.filter(transfer__status=TransferStatus.IN_TRANSIT),
                Sum(F("quantity") - F("received")),
                warehouse="transfer__destination",
            ),
        )
        .annotate(lacking=Coalesce(F("maximum"), F("minimum") + F("sold")) - F("there"))
        .filter(there__lt=Greatest(F("minimum"), F("sold")), lacking__gt=0)
    )


def _bought(variant: OuterRef) -> QuerySet[PurchaseOrderLine]:
    """Purchases of the variant from active suppliers, latest first."""
    return (
        PurchaseOrderLine.objects.filter(variant=variant, purchase_order__supplier__is_active=True)
        .exclude(purchase_order__status=PurchaseOrderStatus.CANCELLED)
        .order_by("-pk")
    )


def _units_here(rows: QuerySet[Any], units: Any, warehouse: str = "warehouse") -> Coalesce:
    """Units of those rows that are about the level's variant and warehouse."""
    here = rows.filter(**{"variant": OuterRef("variant"), warehouse: OuterRef("warehouse")})
    found = here.order_by().values("variant").annotate(units=units).values("units")
    return Coalesce(Subquery(found), 0)


def _sales() -> QuerySet[Movement]:
    return Movement.objects.filter(
        kind__in=[MovementKind.SALE, MovementKind.CANCELLATION],
        created_at__gte=timezone.now() - timedelta(days=SALES_DAYS),
    )


def _awaited() -> QuerySet[PurchaseOrderLine]:
    """Lines that have not come; drafts count, so that they are not suggested again."""
    over = [PurchaseOrderStatus.RECEIVED, PurchaseOrderStatus.CANCELLED]
    lines = PurchaseOrderLine.objects.exclude(purchase_order__status__in=over)
    return lines.filter(quantity__gt=F("received_quantity"))


def joined(parts: Iterable[str]) -> str:
    """The known parts of an address in one line."""
    return ", ".join(part for part in parts if part)
