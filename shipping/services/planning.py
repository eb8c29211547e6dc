"""Plans an order's parcels by seller and warehouse; packers may regroup them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.ids import uuid7
from inventory.models import WarehouseKind
from orders.models import Order
from shipping import parcels
from shipping.allocation import Group
from shipping.exceptions import WrongUnits
from shipping.models import Shipment, ShipmentItem
from shipping.parcels import OpenOrder
from shipping.states import ShipmentStatus

Contents = Mapping[UUID, int]
_SUPPLIERS = WarehouseKind.DROPSHIPPING


@transaction.atomic
def plan(order_id: UUID) -> None:
    """
    Put every unit of an order that may ship into a parcel. Idempotent.

    Parcels that staff have regrouped stay as far as the order still asks for their units. Packed
    ones stay packed unless the order has changed since. Other orders get no parcels.
    """
    order = Order.objects.locked().get(pk=order_id)
    waiting = list(order.shipments.to_send().locked().prefetch_related("items"))
    if not order.may_ship:
        _call_off(waiting)
        return
    found = parcels.open_units(order)
    pending = [parcel for parcel in waiting if not _stays_packed(parcel, found)]
    plans: dict[Shipment, Contents] = {
        parcel: found.units.take(_group(parcel), _contents(parcel), gathered=parcel.is_gathered)
        for parcel in pending
    }
    for group, lines in found.units.rest().items():
        parcel = next((each for each in plans if _group(each) == group), None)
        if parcel is None:
            parcel = _create(order, group, found.carrier_id)
        plans[parcel] = Counter(plans.get(parcel, {})) + Counter(lines)
    _write(plans, found)


@transaction.atomic
def regroup(shipment_id: UUID, units: Mapping[UUID, int], actor_id: UUID | None = None) -> Shipment:
    """
    Take units, by order line, out of a parcel that is not packed into a new one of their own.

    An order that has changed since is planned again first.

    :raises WrongUnits: if they are not in it, or nothing would stay
    """
    plan(lock(shipment_id).order_id)
    parcel = lock(shipment_id)
    contents = _contents(parcel)
    units = {line_id: number for line_id, number in units.items() if number}
    if parcel.status != ShipmentStatus.PENDING:
        raise WrongUnits(_("Only a parcel that is not packed can be regrouped."))
    fits = all(0 < number <= contents.get(line_id, 0) for line_id, number in units.items())
    if not (units and fits) or sum(units.values()) == sum(contents.values()):
        raise WrongUnits(_("Take some of the parcel’s units, not all of them and no others."))
    rest = {line_id: number - units.get(line_id, 0) for line_id, number in contents.items()}
    _fill(parcel, rest)
    added = _create(parcel.order, _group(parcel), parcel.carrier_id, is_gathered=parcel.is_gathered)
    _fill(added, units)
    added.record_event(actor_id, note=_("Taken out of %s.") % parcel)
    return added


@transaction.atomic
def merge_parcels(shipment_ids: Collection[UUID], actor_id: UUID | None = None) -> Shipment:
    """
    Make one parcel, the first, of several that are not packed; the others are called off.

    :raises WrongUnits: if they are not of one order and seller, one is packed or has left, or
        they are packed by different suppliers
    """
    for order_id in sorted({parcel.order_id for parcel in _lock_all(shipment_ids)}):
        plan(order_id)
    found = _lock_all(shipment_ids)
    if len(found) <= 1 or any(each.status != ShipmentStatus.PENDING for each in found):
        raise WrongUnits(_("Choose several parcels that are not packed."))
    if len({(each.order_id, each.seller_id, each.is_pickup) for each in found}) > 1:
        raise WrongUnits(_("Only parcels of one order and one seller go into one."))
    places = {parcel.warehouse_id for parcel in found}
    if len(places) > 1 and any(each.warehouse.kind == _SUPPLIERS for each in found):
        raise WrongUnits(_("Suppliers send their own parcels."))
    return _merge(found, actor_id)


def gather_lines(found: Sequence[Shipment], units: Contents) -> Shipment:
    """
    One parcel of exactly these units, by line, out of these, which are locked and have not left.

    For a supplier who sends one parcel from two warehouses.
    """
    for parcel in found:
        if parcel.status == ShipmentStatus.PACKED:
            parcel.move_to(ShipmentStatus.PENDING)
    whole = _merge(found, None)
    rest = sum(_contents(whole).values()) - sum(units.values())
    return regroup(whole.pk, units) if rest else whole


def _merge(found: Sequence[Shipment], actor_id: UUID | None) -> Shipment:
    first, *others = found
    contents: Counter[UUID] = Counter()
    for parcel in found:
        contents.update(_contents(parcel))
    _call_off(others, _("Put into %s.") % first, actor_id)
    if any(parcel.warehouse_id != first.warehouse_id for parcel in others):
        first.is_gathered = True
        first.save(update_fields=["is_gathered"])
    _fill(first, contents)
    return Shipment.objects.get(pk=first.pk)


@transaction.atomic
def release_lines(order_id: UUID, line_ids: Collection[UUID]) -> None:
    """Remove cancelled lines from an order's parcels; dispatched ones keep them."""
    status = (ShipmentStatus.PENDING, ShipmentStatus.CANCELLED)
    rows = ShipmentItem.objects.filter(shipment__order=order_id, line__in=line_ids)
    rows.filter(shipment__status__in=status).delete()


def lock(shipment_id: UUID) -> Shipment:
    """The parcel, locked after its order, so that changes of an order happen in turn."""
    order = Order.objects.locked().get(shipments=shipment_id)
    rows = Shipment.objects.locked().select_related("carrier", "warehouse")
    parcel = rows.get(pk=shipment_id)
    parcel.order = order
    return parcel


def _lock_all(shipment_ids: Collection[UUID]) -> list[Shipment]:
    chosen = Shipment.objects.filter(pk__in=shipment_ids)
    list(Order.objects.filter(pk__in=chosen.values("order")).locked())
    return list(chosen.locked().select_related("order", "warehouse").prefetch_related("items"))


def _stays_packed(parcel: Shipment, found: OpenOrder) -> bool:
    """Whether the packed parcel still holds what its order asks for; if not it is opened."""
    if parcel.status != ShipmentStatus.PACKED:
        return False
    group, contents = _group(parcel), _contents(parcel)
    has_changed = parcel.metadata.get("packed_for") != parcels.last_change(parcel.order_id)
    gathered = parcel.is_gathered
    if not has_changed and found.units.has(group, contents, gathered=gathered):
        found.units.take(group, contents, gathered=gathered)
        return True
    parcel.move_to(ShipmentStatus.PENDING)
    parcel.record_event(note=_("The order has changed: pack it again."))
    return False


def _write(plans: Mapping[Shipment, Contents], found: OpenOrder) -> None:
    """Units leave their parcels before they join others: the database counts them at each step."""
    _call_off(parcel for parcel, contents in plans.items() if not contents)
    kept = {parcel: contents for parcel, contents in plans.items() if contents}
    items = ShipmentItem.objects.filter(shipment__in=kept)
    wanted = {
        (parcel.pk, line): units for parcel, rows in kept.items() for line, units in rows.items()
    }
    too_many = [
        item.pk for item in items if item.quantity > wanted.get((item.shipment_id, item.line_id), 0)
    ]
    ShipmentItem.objects.filter(pk__in=too_many).delete()
    for parcel, contents in kept.items():
        _fill(parcel, contents)
        if not parcel.tracking_number and parcel.carrier_id != found.carrier_id:
            parcel.carrier_id = found.carrier_id
            parcel.save(update_fields=["carrier"])


def _fill(parcel: Shipment, contents: Contents) -> None:
    """Have exactly these units in the parcel."""
    wanted = {line_id: units for line_id, units in contents.items() if units}
    ShipmentItem.objects.filter(shipment=parcel).exclude(line__in=wanted).delete()
    ShipmentItem.objects.bulk_create(
        [
            ShipmentItem(shipment=parcel, line_id=line_id, quantity=units)
            for line_id, units in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["shipment", "line"],
        update_fields=["quantity"],
    )


def _create(
    order: Order, group: Group, carrier_id: UUID | None, *, is_gathered: bool = False
) -> Shipment:
    """An empty parcel. Its number is the order's with how many there have been."""
    parcel = Shipment(
        id=uuid7(),
        order=order,
        number=f"ENV-{order.number[4:]}-{order.shipments.count() + 1}",
        carrier_id=carrier_id,
        is_gathered=is_gathered,
        **group._asdict(),
    )
    parcel.save(force_insert=True)
    return parcel


def _call_off(shipments: Iterable[Shipment], note: str = "", actor_id: UUID | None = None) -> None:
    for parcel in shipments:
        parcel.move_to(ShipmentStatus.CANCELLED)
        parcel.record_event(actor_id, note=note)


def _contents(parcel: Shipment) -> Contents:
    return {item.line_id: item.quantity for item in parcel.items.all()}


def _group(parcel: Shipment) -> Group:
    return Group(parcel.seller_id, parcel.warehouse_id, parcel.is_pickup)
