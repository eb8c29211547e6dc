"""Dropshipping: what suppliers send to our customers in our name."""

from collections.abc import Mapping
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Variant
from inventory.selectors import units_to_dispatch
from orders import services as orders
from orders.models import AddressKind, Order, OrderEvent, OrderEventKind
from orders.states import TO_FULFIL, OrderStatus
from outbox.services import publish
from purchasing import selectors
from purchasing.events import SupplierTaskSent, SupplierTaskWithdrawn
from purchasing.exceptions import (
    AlreadyHandedOver,
    AlreadyLeft,
    CarrierMissing,
    MayNotShip,
    SupplierUnknown,
)
from purchasing.models import Supplier, SupplierTask, SupplierTaskLine
from purchasing.selectors import Place
from purchasing.services.orders import check_active
from purchasing.states import SupplierTaskStatus
from shipping import parcels
from shipping.models import Shipment
from shipping.services import planning
from shipping.services.dispatching import dispatch_one


@transaction.atomic
def hand_out(order_id: UUID) -> None:
    """
    Create a task for each supplier who has to send units of an order. Idempotent.

    Suppliers with an e-mail address get their task at once; others' tasks wait for staff, as do
    units of a warehouse without a supplier: the next call assigns them once it has one.

    :raises AlreadyHandedOver: if a supplier's task has gone out, and there is more to send by now
    """
    order = Order.objects.locked().get(pk=order_id)
    order.supplier_tasks.filter(status=SupplierTaskStatus.OPEN).delete()
    wanted = selectors.units_to_hand_out(order_id)
    suppliers = Supplier.objects.in_bulk({key for _seller, key in wanted if key})
    for (seller_id, supplier_id), units in wanted.items():
        supplier = suppliers[supplier_id] if supplier_id else None
        task = _open(order, seller_id, supplier, units)
        if supplier and supplier.email and supplier.is_active and order.may_ship:
            _send(task)


@transaction.atomic
def send_task(task_id: UUID) -> None:
    """
    Send the task to its supplier, by mail if their address is known. Idempotent.

    :raises SupplierUnknown: if the warehouse has no supplier
    :raises SupplierIsInactive: if the supplier is inactive
    :raises MayNotShip: if the order is not to be sent now
    :raises InvalidTransition: if the task is cancelled or further
    """
    task = _locked(task_id)
    if task.status == SupplierTaskStatus.SENT:
        return
    if task.supplier is None:
        raise SupplierUnknown(_("Say first whose warehouse this is, on its supplier’s page."))
    check_active(task.supplier)
    if not task.order.may_ship:
        raise MayNotShip(_("This order may not be sent now: look at its status and its payment."))
    _send(task)


@transaction.atomic
def accept_task(task_id: UUID) -> None:
    """
    Note that the supplier will send the units. Idempotent.

    :raises InvalidTransition: if the task was not sent, or is over
    """
    task = _locked(task_id)
    if task.status != SupplierTaskStatus.ACCEPTED:
        task.move_to(SupplierTaskStatus.ACCEPTED)


@transaction.atomic
def ship_task(
    task_id: UUID, *, carrier: str, tracking_number: str, actor_id: UUID | None = None
) -> None:
    """
    Note that the supplier's parcel has left: it is dispatched as any other, by `shipping`.

    From then on the order is not cancelled but returned. Where the order was cancelled meanwhile,
    nothing is dispatched, and the task waits until the parcel is back.

    :raises CarrierMissing: if it is not said with whom
    :raises InvalidTransition: if the task was not sent, or is over
    :raises LevelIsShort, TrackingNumberTaken: as `dispatch_one`
    """
    task = _locked(task_id)
    task.carrier, task.tracking_number = carrier.strip(), tracking_number.strip()
    if not task.carrier:
        raise CarrierMissing(_("Write who carries the parcel."))
    task.shipped_at = timezone.now()
    task.move_to(SupplierTaskStatus.SHIPPED)
    parcel = _parcel_of(task)
    if parcel is None:
        return
    dispatch_one(
        parcel.pk,
        actor_id=actor_id,
        carrier_name=task.carrier,
        tracking_number=task.tracking_number,
        by_supplier=True,
    )
    task.shipment = parcel
    task.save(update_fields=["shipment"])


def _parcel_of(task: SupplierTask) -> Shipment | None:
    """The one parcel of all that the task names; none if the order asks for nothing of it."""
    if task.order.may_ship:
        planning.plan(task.order_id)
    places = {(line.variant_id, line.warehouse_id): line.quantity for line in task.lines.all()}
    waiting = Shipment.objects.filter(
        order=task.order_id, warehouse__in={warehouse_id for _variant, warehouse_id in places}
    )
    found = list(waiting.to_send().locked())
    units = parcels.lines_made_of(found, places)
    return planning.gather_lines(found, units) if units else None


@transaction.atomic
def cancel_task(task_id: UUID) -> None:
    """
    Cancel the task, and tell the supplier if they had it. Idempotent.

    What has left is cancelled only once its order is: the parcel is back.

    :raises AlreadyLeft: if the parcel is on its way to a customer who waits for it
    """
    task = _locked(task_id)
    if task.status == SupplierTaskStatus.CANCELLED:
        return
    if task.status == SupplierTaskStatus.SHIPPED and task.order.status != OrderStatus.CANCELLED:
        raise AlreadyLeft(_("The parcel has left: the order can only be returned."))
    _cancel(task)


@transaction.atomic
def withdraw(order_id: UUID) -> None:
    """
    Call off what the suppliers were to send of a cancelled order. Idempotent.

    Where a parcel has left already the order's timeline says so to staff, and the task waits for
    them until the parcel is back.
    """
    order = Order.objects.locked().get(pk=order_id)
    if order.status != OrderStatus.CANCELLED:
        return
    for task in order.supplier_tasks.live().order_by("pk").select_related("supplier"):
        if task.status == SupplierTaskStatus.SHIPPED:
            _report_useless_parcel(task)
        else:
            _cancel(task)


@transaction.atomic
def follow_change(order_id: UUID) -> None:
    """
    Adapt the suppliers' tasks to a changed order. Idempotent.

    A task with other units or another address is cancelled, the supplier is told if they had it,
    and a new one is sent. Tasks that have been shipped stay.
    """
    order = Order.objects.locked().get(pk=order_id)
    if order.status not in TO_FULFIL:
        return
    to = _destination(order)
    waiting = units_to_dispatch(order_id)
    more = selectors.units_to_hand_out(order_id)
    handed_over = (SupplierTaskStatus.SENT, SupplierTaskStatus.ACCEPTED)
    tasks = order.supplier_tasks.filter(status__in=handed_over).select_related("supplier")
    for task in tasks.order_by("pk").prefetch_related("lines"):
        is_whole = (task.seller_id, task.supplier_id) not in more and _fits(task, waiting)
        has_moved = (task.recipient, task.address) != (to["recipient"], to["address"])
        if has_moved or not is_whole:
            _cancel(task)
    hand_out(order_id)


def _destination(order: Order) -> dict[str, str]:
    """The fields of a task about its recipient; empty ones without an address."""
    to = order.addresses.filter(kind=AddressKind.SHIPPING).first()
    if to is None:
        return {"recipient": "", "phone": "", "address": ""}
    return {"recipient": to.recipient, "phone": to.phone, "address": selectors.address_lines(to)}


def _fits(task: SupplierTask, waiting: Mapping[Place, int]) -> bool:
    """Whether the task covers everything still to dispatch from those warehouses."""
    return all(
        waiting.get((line.variant_id, line.warehouse_id)) == line.quantity
        for line in task.lines.all()
    )


def _open(
    order: Order, seller_id: UUID, supplier: Supplier | None, units: Mapping[Place, int]
) -> SupplierTask:
    theirs = order.supplier_tasks.live().filter(seller=seller_id, supplier=supplier)
    if theirs.exclude(status=SupplierTaskStatus.SHIPPED).exists():
        raise AlreadyHandedOver(_("A supplier has this order’s task already: call about the rest."))
    task = SupplierTask.objects.create(
        order=order,
        seller_id=seller_id,
        supplier=supplier,
        currency=config.CURRENCY,
        **_destination(order),
    )
    variants = Variant.objects.in_bulk({variant_id for variant_id, _warehouse_id in units})
    SupplierTaskLine.objects.bulk_create(
        SupplierTaskLine(
            task=task,
            variant_id=variant_id,
            warehouse_id=warehouse_id,
            quantity=quantity,
            unit_cost=variants[variant_id].cost,
        )
        for (variant_id, warehouse_id), quantity in units.items()
    )
    return task


def _send(task: SupplierTask) -> None:
    task.sent_at = timezone.now()
    task.move_to(SupplierTaskStatus.SENT)
    publish(SupplierTaskSent(task_id=str(task.pk)))


def _cancel(task: SupplierTask) -> None:
    has_left = task.status == SupplierTaskStatus.SHIPPED
    task.move_to(SupplierTaskStatus.CANCELLED)
    if not has_left:
        publish(SupplierTaskWithdrawn(task_id=str(task.pk)))


def _report_useless_parcel(task: SupplierTask) -> None:
    """Note in the order's timeline, once, that a parcel was dispatched after cancellation."""
    details = {"supplier_task": str(task.pk)}
    notes = OrderEvent.objects.filter(order=task.order_id, kind=OrderEventKind.NOTE)
    if notes.filter(details=details).exists():
        return
    text = _("The order is cancelled, but %(supplier)s has sent its part: get the parcel back.")
    orders.record(
        task.order_id,
        OrderEventKind.NOTE,
        note=text % {"supplier": task.supplier},
        details=details,
        is_public=False,
    )


def _locked(task_id: UUID) -> SupplierTask:
    """The task, with its order locked: whatever happens to the order's tasks happens in turn."""
    order = Order.objects.locked().get(supplier_tasks=task_id)
    task = SupplierTask.objects.select_related("supplier").get(pk=task_id)
    task.order = order
    return task
