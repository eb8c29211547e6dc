"""An order's parcels, and its units that are still to dispatch."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from constance import config
from django.db.models import Exists, F, OuterRef, Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from catalog.models import BundleComponent
from inventory.models import Warehouse, WarehouseKind
from inventory.selectors import units_to_dispatch, units_to_dispatch_of
from orders.models import Order, OrderEvent, OrderEventKind, OrderLine, OrderQuerySet
from orders.selectors import parts_of
from orders.states import MONEY_IS_IN, FulfilmentStatus, OrderStatus, PaymentStatus
from shipping import allocation
from shipping.allocation import Group, OpenLine, OpenUnits
from shipping.models import MethodKind, Shipment, ShipmentItem, ShippingMethod
from shipping.models.shipment import ShipmentQuerySet
from shipping.states import ShipmentStatus

# Units by variant and warehouse.
Picks = dict[tuple[UUID, UUID], int]

_ITEMS = Prefetch(
    "items",
    ShipmentItem.objects.select_related("line__variant__product").order_by("line__position", "pk"),
)


class OpenOrder(NamedTuple):
    """An order's units without a parcel, and the carrier of its delivery method."""

    units: OpenUnits
    carrier_id: UUID | None


def shipments_of(order: Order) -> ShipmentQuerySet:
    """The order's parcels with contents, without cancelled ones. Two queries when read."""
    parcels = Shipment.objects.filter(order=order).exclude(status=ShipmentStatus.CANCELLED)
    return parcels.order_by("pk").select_related("carrier").prefetch_related("items__line")


def unplanned() -> OrderQuerySet:
    """Orders with units to dispatch and no open parcel."""
    lines = OrderLine.objects.filter(
        order=OuterRef("pk"), quantity__gt=F("cancelled_quantity") + F("shipped_quantity")
    )
    waiting = Shipment.objects.filter(order=OuterRef("pk")).to_send()
    return Order.objects.to_ship().filter(Exists(lines), ~Exists(waiting)).order_by("pk")


def finished() -> OrderQuerySet:
    """Orders whose parcels have all arrived or come to an end, too long ago for a return."""
    since = timezone.now() - timedelta(days=config.RETURN_DAYS)
    under_way = (
        Shipment.objects.filter(order=OuterRef("pk"), decision="")
        .filter(Q(delivered_at=None) | Q(delivered_at__gt=since))
        .exclude(status=ShipmentStatus.CANCELLED)
    )
    return Order.objects.filter(
        ~Exists(under_way),
        status=OrderStatus.PROCESSING,
        fulfilment_status__in=(
            *(FulfilmentStatus.DELIVERED, FulfilmentStatus.RETURNED),
            FulfilmentStatus.LOST,
        ),
        payment_status__in=(
            *MONEY_IS_IN,
            *(PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED),
        ),
    ).order_by("pk")


def open_units(order: Order) -> OpenOrder:
    """Units of a sale that have not left, by where the ledger has them. At most five queries."""
    lines = list(order.lines.select_related("variant__product").order_by("position", "pk"))
    waiting = units_to_dispatch(order.pk)
    method = ShippingMethod.objects.filter(code=order.shipping_method_code).first()
    places = Warehouse.objects.filter(pk__in={warehouse_id for _variant, warehouse_id in waiting})
    kinds = dict(places.order_by("priority", "code").values_list("pk", "kind"))
    suppliers = frozenset(key for key, kind in kinds.items() if kind == WarehouseKind.DROPSHIPPING)
    found = allocation.allocate(_open_lines(lines), waiting, list(kinds))
    units = _by_group(found, {line.pk: line.seller_id for line in lines}, suppliers, method)
    return OpenOrder(OpenUnits(units, suppliers), method.carrier_id if method else None)


def units_to_pick(shipments: Iterable[Shipment]) -> dict[UUID, Picks]:
    """
    From which shelves the units of each parcel come that has not left, by the parcel's key.

    Bundles count as their components; what is not there is missing. At most three queries.
    """
    parcels = sorted(shipments, key=lambda parcel: parcel.pk)
    needs = units_in(parcels)
    waiting = units_to_dispatch_of({parcel.order_id for parcel in parcels})
    found = {}
    for parcel in parcels:
        left = waiting.get(parcel.order_id, {})
        places = [parcel.warehouse_id, *sorted({warehouse_id for _variant, warehouse_id in left})]
        picks = allocation.draw(needs[parcel.pk], left, places)
        found[parcel.pk] = picks
        waiting[parcel.order_id] = Counter(left) - Counter(picks)
    return found


def units_in(shipments: Iterable[Shipment]) -> dict[UUID, Counter[UUID]]:
    """Units of each variant in each parcel; bundles count as components. Two queries at most."""
    found: dict[UUID, Counter[UUID]] = defaultdict(Counter)
    for item, parts in _items_of(shipments):
        for variant_id, each in parts.items():
            found[item.shipment_id][variant_id] += each * item.quantity
    return found


def lines_made_of(shipments: Iterable[Shipment], units: Picks) -> dict[UUID, int]:
    """Units of each line in these parcels for which these, by place, suffice. Two queries."""
    parcels = {parcel.pk: parcel for parcel in shipments}
    left = Counter(units)
    found: Counter[UUID] = Counter()
    for item, parts in _items_of(parcels.values()):
        at = parcels[item.shipment_id].warehouse_id
        enough = min(left[variant_id, at] // each for variant_id, each in parts.items())
        found[item.line_id] += min(item.quantity, enough)
        for variant_id, each in parts.items():
            left[variant_id, at] -= each * min(item.quantity, enough)
    return dict(+found)


def items_of(parcel: Shipment) -> list[ShipmentItem]:
    """A parcel's contents, in the order of the lines. One query per parcel read."""
    prefetch_related_objects([parcel], _ITEMS)
    return list(parcel.items.all())


def lines_in(parcel: Shipment) -> dict[UUID, int]:
    """Units by line. One query, once for each parcel read."""
    return {item.line_id: item.quantity for item in items_of(parcel)}


def timeline_data(parcel: Shipment) -> dict[str, Any]:
    """What the order's timeline keeps of a parcel, for the shopper's mail. One query at most."""
    return {
        "shipment": str(parcel.pk),
        "number": parcel.number,
        "carrier": parcel.carried_by,
        "tracking_number": parcel.tracking_number,
        "tracking_url": parcel.tracking_url,
        "is_pickup": parcel.is_pickup,
        "items": [
            {"name": item.line.name, "sku": item.line.sku, "quantity": item.quantity}
            for item in items_of(parcel)
        ],
    }


def last_change(order_id: UUID) -> str:
    """The key of the latest change that staff made; empty if there was none. One query."""
    edits = OrderEvent.objects.filter(order=order_id, kind=OrderEventKind.EDITED)
    return str(edits.order_by("-pk").values_list("pk", flat=True).first() or "")


def _items_of(shipments: Iterable[Shipment]) -> list[tuple[ShipmentItem, dict[UUID, int]]]:
    """The parcels' contents, with the components of each unit."""
    parcels = list(shipments)
    prefetch_related_objects(parcels, _ITEMS)
    items = [item for parcel in parcels for item in parcel.items.all()]
    # An earlier prefetch of the items may have loaded fewer columns.
    prefetch_related_objects(items, "line__variant__product")
    parts = parts_of([item.line.variant for item in items])
    return [(item, _parts(item.line, parts)) for item in items]


def _open_lines(lines: list[OrderLine]) -> list[OpenLine]:
    parts = parts_of([line.variant for line in lines])
    return [
        OpenLine(key=line.pk, units=line.open_quantity, parts=_parts(line, parts))
        for line in lines
        if line.open_quantity > 0
    ]


def _parts(line: OrderLine, parts: Mapping[UUID, list[BundleComponent]]) -> dict[UUID, int]:
    """Units of each variant in one unit of the line."""
    components = parts.get(line.variant_id)
    if not components:
        return {line.variant_id: 1}
    return {part.variant_id: part.quantity for part in components}


def _by_group(
    found: Mapping[tuple[UUID, UUID], int],
    sellers: Mapping[UUID, UUID],
    suppliers: frozenset[UUID],
    method: ShippingMethod | None,
) -> Counter[tuple[Group, UUID]]:
    """Units by parcel and line. Suppliers, who send their own parcels, keep theirs."""
    is_pickup = method is not None and method.kind == MethodKind.PICKUP
    shop = method.pickup_warehouse_id if method and is_pickup else None
    leads = {} if config.SPLIT_SHIPMENTS else _leads(found, sellers, suppliers)
    units: Counter[tuple[Group, UUID]] = Counter()
    for (line_id, warehouse_id), number in found.items():
        seller_id, place = sellers[line_id], warehouse_id
        if warehouse_id not in suppliers:
            place = shop or leads.get(seller_id, warehouse_id)
        units[Group(seller_id, place, is_pickup), line_id] += number
    return units


def _leads(
    found: Mapping[tuple[UUID, UUID], int], sellers: Mapping[UUID, UUID], suppliers: frozenset[UUID]
) -> dict[UUID, UUID]:
    """Where a seller's one parcel is packed: where most of its units lie."""
    units: dict[UUID, Counter[UUID]] = defaultdict(Counter)
    for (line_id, warehouse_id), number in found.items():
        if warehouse_id not in suppliers:
            units[sellers[line_id]][warehouse_id] += number
    return {
        seller_id: max(sorted(places), key=lambda place: places[place])
        for seller_id, places in units.items()
    }
