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
from django.utils.translation import gettext_lazy as _

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


@dataclass(frozen=True)
class SupplierLine:
    """A line of an order as the supplier reads it."""

    sku: str
    model: str
    name: str
    warehouse: str
    address: str
    quantity: int
    unit_cost: Decimal
    total: Decimal


SUPPLIER_COLUMNS = {
    "sku": _("SKU"),
    "model": _("manufacturer's model"),
    "name": _("product"),
    "warehouse": _("warehouse"),
    "address": _("address"),
    "quantity": _("units"),
    "unit_cost": _("unit cost"),
    "total": _("total"),
}


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


def supplier_lines(order: PurchaseOrder) -> list[SupplierLine]:
    """The order's lines as its supplier needs them. One query."""
    return [
        SupplierLine(
            sku=line.variant.sku,
            model=line.variant.model,
            name=line.variant.name,
            warehouse=line.warehouse.name,
            address=_joined([line.warehouse.street, line.warehouse.district, line.warehouse.city]),
            quantity=line.quantity,
            unit_cost=line.unit_cost,
            total=line.total,
        )
        for line in order.lines.select_related("variant", "warehouse").order_by("pk")
    ]


def units_to_hand_out(order_id: UUID) -> dict[tuple[UUID, UUID | None], dict[Place, int]]:
    """
    Units of an order that lie with suppliers and stand in no task of theirs. Three queries.

    By seller and supplier; without a supplier where nobody has said whose warehouse it is.
    """
    waiting = _unassigned_units(SupplierTask.objects.unsent(), order_id)
    suppliers = {
        warehouse_id: (seller_id, supplier_id)
        for warehouse_id, seller_id, supplier_id in Warehouse.objects.filter(
            kind=WarehouseKind.DROPSHIPPING, pk__in={place[1] for place in waiting}
        ).values_list("pk", "seller", "dropship__supplier")
    }
    found: dict[tuple[UUID, UUID | None], dict[Place, int]] = defaultdict(dict)
    for place, units in waiting.items():
        if place[1] in suppliers:
            found[suppliers[place[1]]][place] = units
    return found


def address_lines(address: OrderAddress) -> str:
    """Where a parcel goes, as one writes it on it: without the name."""
    town = _joined([address.district, address.city, address.region])
    lines = [address.street, f"{address.postal_code} {town}".strip(), str(address.country.name)]
    return "\n".join(filter(None, [*lines, address.reference]))


def by_warehouse(lines: Iterable[SupplierLine]) -> dict[tuple[str, str], list[SupplierLine]]:
    """The lines by name and address of where they go to."""
    found: dict[tuple[str, str], list[SupplierLine]] = defaultdict(list)
    for line in lines:
        found[line.warehouse, line.address].append(line)
    return found


def margin(variant: Variant, unit_cost: Decimal, tax_rate: Decimal) -> Decimal | None:
    """Percent of the price without tax that is left over after the cost; none for gifts."""
    price: Decimal = variant.price / (1 + tax_rate) if config.PRICES_INCLUDE_TAX else variant.price
    if not price:
        return None
    return ((price - unit_cost) / price * 100).quantize(Decimal("0.1"))


def rate_of(variant: Variant, rates: dict[str, Decimal]) -> Decimal:
    return rates.get(variant.product.tax_class, rates["standard"])


def _unassigned_units(tasks: QuerySet[SupplierTask], order_id: UUID) -> Counter[Place]:
    """Units of an order that are still to dispatch, without those in tasks."""
    waiting = Counter(units_to_dispatch(order_id))
    lines = SupplierTaskLine.objects.filter(task__in=tasks.filter(order=order_id))
    for variant_id, warehouse_id, units in lines.values_list("variant", "warehouse", "quantity"):
        waiting[variant_id, warehouse_id] -= units
    return +waiting


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
            sold=Greatest(Coalesce(Subquery(_sold()), 0), 0),
            there=F("on_hand")
            - F("committed")
            + Coalesce(Subquery(_ordered()), 0)
            + Coalesce(Subquery(_in_transit()), 0),
        )
        .annotate(
            lacking=Coalesce(F("maximum"), F("minimum") + F("sold")) - F("there"),
        )
        .filter(there__lt=Greatest(F("minimum"), F("sold")), lacking__gt=0)
    )


def _bought(variant: OuterRef) -> QuerySet[PurchaseOrderLine]:
    """Purchases of the variant from active suppliers, latest first."""
    return (
        PurchaseOrderLine.objects.filter(variant=variant, purchase_order__supplier__is_active=True)
        .exclude(purchase_order__status=PurchaseOrderStatus.CANCELLED)
        .order_by("-pk")
    )


def _sold() -> QuerySet[Any, Any]:
    return (
        Movement.objects.filter(
            variant=OuterRef("variant"),
            warehouse=OuterRef("warehouse"),
            kind__in=[MovementKind.SALE, MovementKind.CANCELLATION],
            created_at__gte=timezone.now() - timedelta(days=SALES_DAYS),
        )
        .order_by()
        .values("variant")
        .annotate(units=-Sum("quantity"))
        .values("units")
    )


def _ordered() -> QuerySet[Any, Any]:
    """Drafts count: units in a draft are not suggested again."""
    return (
        PurchaseOrderLine.objects.filter(
            variant=OuterRef("variant"),
            warehouse=OuterRef("warehouse"),
            quantity__gt=F("received_quantity"),
            purchase_order__status__in=[
                PurchaseOrderStatus.DRAFT,
                PurchaseOrderStatus.SENT,
                PurchaseOrderStatus.PARTIALLY_RECEIVED,
            ],
        )
        .order_by()
        .values("variant")
        .annotate(units=Sum(F("quantity") - F("received_quantity")))
        .values("units")
    )


def _in_transit() -> QuerySet[Any, Any]:
    return (
        TransferLine.objects.filter(
            variant=OuterRef("variant"),
            transfer__destination=OuterRef("warehouse"),
            transfer__status=TransferStatus.IN_TRANSIT,
        )
        .order_by()
        .values("variant")
        .annotate(units=Sum(F("quantity") - F("received")))
        .values("units")
    )


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)
