"""The units of the demo's orders: held, sold, sent, brought back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import F

from core.ids import uuid7
from demoshop.order_returns import CAME_BACK
from demoshop.source import Row
from inventory.models import (
    Movement,
    MovementKind,
    ReferenceKind,
    Reservation,
    StockLevel,
    Warehouse,
)
from orders.models import Order, OrderEventKind, OrderLine
from orders.states import FulfilmentStatus, OrderStatus
from returns.models import ItemCondition
from shipping.models import MethodKind, Shipment, ShipmentEvent, ShipmentItem, ShippingMethod
from shipping.services import packing, planning
from shipping.states import Decision, ShipmentStatus


def move(
    order: Order, lines: Sequence[OrderLine], row: Row, times: Mapping[OrderEventKind, datetime]
) -> None:
    """Bring in the order's own units, so that the variants' stock stays what the files say."""
    placed = times[OrderEventKind.PLACED]
    warehouses = [_warehouse(line) for line in lines]
    if order.status == OrderStatus.EXPIRED:
        return
    for line, warehouse in zip(lines, warehouses, strict=True):
        _write(order, line, warehouse, MovementKind.RECEIPT, placed - timedelta(days=1))
        if order.status == OrderStatus.PENDING:
            _hold(order, line, warehouse)
            continue
        _write(order, line, warehouse, MovementKind.SALE, placed)
        if order.status == OrderStatus.CANCELLED:
            _write(order, line, warehouse, MovementKind.CANCELLATION, placed)
            line.cancelled_quantity = line.quantity
            line.save(update_fields=["cancelled_quantity"])
    if order.fulfilment_status != FulfilmentStatus.NONE:
        _ship(order, lines, warehouses, row, times)
    _prepare(order, placed)


def _prepare(order: Order, placed: datetime) -> None:
    """Unshipped units are in parcels that date from the order."""
    planning.plan(order.pk)
    waiting = order.shipments.to_send()
    if (
        order.status == OrderStatus.PROCESSING
        and not order.shipments.exclude(pk__in=waiting.values("pk")).exists()
    ):
        for parcel in waiting:
            packing.pack(parcel.pk)
    waiting.update(created_at=placed)


def _warehouse(line: OrderLine) -> Warehouse:
    levels = StockLevel.objects.filter(variant=line.variant).select_related("warehouse")
    level = levels.order_by("warehouse__priority", "warehouse__code").first()
    if level:
        return level.warehouse
    return Warehouse.objects.filter(seller=line.seller).order_by("priority")[0]


_EFFECTS = {
    MovementKind.RECEIPT: (1, 1),
    MovementKind.SALE: (-1, 0),
    MovementKind.CANCELLATION: (1, 0),
    MovementKind.DISPATCH: (0, -1),
    MovementKind.RETURN: (1, 1),
    MovementKind.WRITE_OFF: (-1, -1),
}


def _write(
    order: Order, line: OrderLine, warehouse: Warehouse, kind: MovementKind, when: datetime
) -> None:
    sold, shelf = _EFFECTS[kind]
    is_receipt = kind == MovementKind.RECEIPT
    Movement.objects.create(
        variant=line.variant,
        warehouse=warehouse,
        kind=kind,
        quantity=sold * line.quantity,
        on_hand_delta=shelf * line.quantity,
        reference=None if is_receipt else order.pk,
        reference_kind=ReferenceKind.IMPORT if is_receipt else ReferenceKind.ORDER,
        created_at=when,
    )


def _hold(order: Order, line: OrderLine, warehouse: Warehouse) -> None:
    StockLevel.objects.filter(variant=line.variant, warehouse=warehouse).update(
        reserved=F("reserved") + line.quantity
    )
    Reservation.objects.create(
        variant=line.variant,
        warehouse=warehouse,
        reference=order.pk,
        reference_kind=ReferenceKind.ORDER,
        quantity=line.quantity,
        expires_at=order.expires_at or order.placed_at,
    )


def _ship(
    order: Order,
    lines: Sequence[OrderLine],
    warehouses: Sequence[Warehouse],
    row: Row,
    times: Mapping[OrderEventKind, datetime],
) -> None:
    """One parcel for each warehouse."""
    sent = row.get("shipped_lines", range(len(lines)))
    parcels = sorted(
        ((warehouses[place], lines[place]) for place in sent),
        key=lambda pair: (pair[0].code, pair[1].position),
    )
    by_warehouse = groupby(parcels, key=lambda pair: pair[0])
    for number, (warehouse, pairs) in enumerate(by_warehouse, start=1):
        own = [line for _warehouse, line in pairs]
        _parcel(order, f"ENV-{order.number[4:]}-{number}", warehouse, own, row, times)


def _parcel(
    order: Order,
    number: str,
    warehouse: Warehouse,
    lines: Sequence[OrderLine],
    row: Row,
    times: Mapping[OrderEventKind, datetime],
) -> None:
    status = _parcel_status(order, row)
    method = ShippingMethod.objects.select_related("carrier").get(code=order.shipping_method_code)
    tracking = f"OLV{number[4:].replace('-', '')}" if method.carrier else ""
    template = method.carrier.tracking_url_template if method.carrier else ""
    when = times[OrderEventKind.SHIPPED]
    arrived = times[OrderEventKind.DELIVERED] if status == ShipmentStatus.DELIVERED else None
    shipment = Shipment(
        id=uuid7(),
        number=number,
        order=order,
        seller=warehouse.seller,
        warehouse=warehouse,
        status=status,
        is_pickup=method.kind == MethodKind.PICKUP,
        carrier=method.carrier,
        tracking_number=tracking,
        tracking_url=template.replace("{number}", tracking),
        shipped_at=when,
        delivered_at=arrived,
        decision=Decision.REFUND if status == ShipmentStatus.LOST else "",
        created_at=times[OrderEventKind.PROCESSING],
    )
    shipment.save(force_insert=True)
    for line in lines:
        ShipmentItem.objects.create(shipment=shipment, line=line, quantity=line.quantity)
        _write(order, line, warehouse, MovementKind.DISPATCH, when)
        _count(line, row, status)
        if line.returned_quantity:
            _write(order, line, warehouse, MovementKind.RETURN, when + timedelta(days=7))
            if row["return_condition"] == ItemCondition.DAMAGED:
                _write(order, line, warehouse, MovementKind.WRITE_OFF, when + timedelta(days=7))
    _follow(shipment, warehouse, when)


def _count(line: OrderLine, row: Row, status: ShipmentStatus) -> None:
    """A lost parcel's units are refunded: they count as cancelled."""
    is_lost, is_there = status == ShipmentStatus.LOST, status == ShipmentStatus.DELIVERED
    is_back = line.position in row.get("return_lines", []) and row["state"] in CAME_BACK
    line.cancelled_quantity = line.quantity if is_lost else 0
    line.shipped_quantity = 0 if is_lost else line.quantity
    line.delivered_quantity = line.quantity if is_there else 0
    line.returned_quantity = line.quantity if is_back else 0
    counts = ("cancelled", "shipped", "delivered", "returned")
    line.save(update_fields=[f"{name}_quantity" for name in counts])


def _follow(shipment: Shipment, warehouse: Warehouse, when: datetime) -> None:
    """The parcel's way as far as it has got."""
    hours = {
        ShipmentStatus.PACKED: -2,
        ShipmentStatus.SHIPPED: 0,
        ShipmentStatus.IN_TRANSIT: 9,
        ShipmentStatus.LOST: 72,
        ShipmentStatus.DELIVERED: 48,
    }
    way = [ShipmentStatus.PACKED, ShipmentStatus.SHIPPED, ShipmentStatus.IN_TRANSIT]
    if shipment.is_pickup:
        way = way[:1]
    if shipment.status != ShipmentStatus.IN_TRANSIT:
        way.append(ShipmentStatus(shipment.status))
    ShipmentEvent.objects.bulk_create(
        ShipmentEvent(
            id=uuid7(),
            shipment=shipment,
            status=status,
            place=warehouse.city if status == ShipmentStatus.IN_TRANSIT else "",
            created_at=when + timedelta(hours=hours[status]),
        )
        for status in way
    )


def _parcel_status(order: Order, row: Row) -> ShipmentStatus:
    if row["state"] == "refunded":
        return ShipmentStatus.LOST
    arrived = (FulfilmentStatus.DELIVERED, FulfilmentStatus.RETURNED)
    if order.fulfilment_status in arrived:
        return ShipmentStatus.DELIVERED
    return ShipmentStatus.IN_TRANSIT
