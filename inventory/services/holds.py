"""Holds of carts and orders: all the units asked for, or no change."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from constance import config
from django.db import transaction
from django.db.models import Min, Q, Sum
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.places import Place
from core.database import prepared
from inventory.exceptions import HoldLimitReached, NothingHeld, OutOfStock, PlaceLimitReached
from inventory.models import ReferenceKind, Reservation
from inventory.models.reservation import ReservationQuerySet
from inventory.origins import UNKNOWN, Holder, HoldOrigin
from inventory.services.locked_stock import LockedStock, lock_holders
from inventory.services.single_statement import may_be_obtained, renew_at_once, reserve_at_once

# Units by warehouse.
UnitsAt = Mapping[UUID, int]
_RENEW = """
WITH held AS (
    SELECT id FROM inventory_reservation
    WHERE reference = %(reference)s AND status = 'active' AND expires_at > now()
    ORDER BY id
    FOR UPDATE
)
UPDATE inventory_reservation AS hold
SET expires_at = LEAST(GREATEST(hold.expires_at, %(until)s), hold.held_since + %(longest)s)
FROM held
WHERE hold.id = held.id
RETURNING hold.id
"""


def reserve(
    quantities: Mapping[UUID, int],
    *,
    reference: UUID,
    until: datetime,
    reference_kind: str = ReferenceKind.CART,
    is_renewal: bool = False,
    origin: HoldOrigin = UNKNOWN,
) -> None:
    """
    Set the reference's holds to exactly these units, until `until`: all or nothing.

    0 releases the variant. Expired holds of other carts are released as far as needed. A hold
    lasts HOLD_LIMIT_MINUTES at most, also if it is released and taken again. `is_renewal` says
    that the reference probably holds exactly these units already.

    :raises OutOfStock: if units are missing; it names the variants
    :raises HoldLimitReached: if more of one variant is asked for than one visitor may hold
    :raises PlaceLimitReached: if the carts of that place or account would hold too much
    """
    _check_limit(quantities)
    holder = Holder(
        reference=reference,
        kind=reference_kind,
        until=until,
        origin=origin,
        longest=_longest(),
    )
    if is_renewal and renew_at_once(quantities, holder):
        return
    if len(quantities) == 1:
        [(variant_id, quantity)] = quantities.items()
        if quantity and reserve_at_once(variant_id, quantity, holder):
            return
        if not may_be_obtained(variant_id, quantity, reference=reference):
            raise OutOfStock([variant_id])
    _reserve_under_lock(quantities, holder)


def renew(*, reference: UUID, until: datetime) -> None:
    """Extend the cart's holds to `until`, within HOLD_LIMIT_MINUTES; shortens none."""
    prepared.run(_RENEW, {"reference": reference, "until": until, "longest": _longest()})


@transaction.atomic
def release(*, reference: UUID) -> None:
    """Release the reference's holds. Idempotent."""
    held = Reservation.objects.active().filter(reference=reference)
    variants = set(held.values_list("variant_id", flat=True))
    if not variants:
        return
    stock = LockedStock(variants, [reference])
    for hold in stock.holds:
        stock.shrink(hold, hold.quantity)
    stock.save()


@transaction.atomic
def move_holds(
    *,
    cart: UUID,
    order: UUID,
    quantities: Mapping[UUID, int],
    until: datetime,
    destination: Place | None = None,
    first: UUID | None = None,
) -> None:
    """
    Move the cart's holds to the order, and reserve what is missing. Idempotent.

    With a destination, units are held in the warehouses that serve it best (docs/stock.md), `first`
    before all others. The cart keeps its holds of other variants.

    :raises OutOfStock: if units are missing; nothing has changed then
    """
    owners = [cart, order]
    stock = LockedStock(quantities, owners)
    if destination:
        stock.serve(destination, quantities, owners, first)
    best = _best_places(stock, quantities, owners) if destination else {}
    holder = Holder(reference=order, kind=ReferenceKind.ORDER, until=until)
    _hold_exactly(stock, quantities, owners, holder, best)
    stock.save()


@transaction.atomic
def extend_order_hold(*, order: UUID, until: datetime) -> None:
    """
    Extend the order's holds to `until`, as long as its payment method needs.

    :raises NothingHeld: if the order holds nothing
    """
    holds = Reservation.objects.active().filter(reference=order)
    keys = list(holds.order_by("pk").select_for_update().values_list("pk", flat=True))
    if not keys:
        raise NothingHeld(_("This order no longer holds any units."))
    Reservation.objects.filter(pk__in=keys).update(expires_at=until)


@transaction.atomic
def _reserve_under_lock(quantities: Mapping[UUID, int], holder: Holder) -> None:
    if holder.origin.keys:
        lock_holders(holder.origin.keys)
        _check_origin(quantities, holder)
    stock = LockedStock(quantities, [holder.reference])
    stock.drop_expired()
    holder = replace(holder, since=_held_since(quantities, holder))
    _hold_exactly(stock, quantities, [holder.reference], holder, {})
    stock.save()


def _check_origin(quantities: Mapping[UUID, int], holder: Holder) -> None:
    """Refuse more units of a place or account; as many as before, or fewer, are fine."""
    origin, wanted = holder.origin, sum(quantities.values())
    holds = Reservation.objects.active().filter(
        reference_kind=ReferenceKind.CART, expires_at__gt=Now()
    )
    own = Q(reference=holder.reference, variant__in=list(quantities))
    if wanted <= _units(holds.filter(own)):
        return
    others = holds.exclude(own)
    counted = [others.filter(place=origin.place)] if origin.place else []
    counted += [others.filter(account=origin.account)] if origin.account else []
    if max(map(_units, counted), default=0) + wanted > (origin.most or 0):
        raise PlaceLimitReached(
            _(
                "No more units can be reserved for your connection at the moment. Place your "
                "order, remove something from your cart, or try again in %(minutes)s minutes."
            )
            % {"minutes": config.RESERVATION_MINUTES}
        )


def _units(holds: ReservationQuerySet) -> int:
    return holds.aggregate(units=Sum("quantity"))["units"] or 0


def _held_since(variant_ids: Iterable[UUID], holder: Holder) -> dict[UUID, datetime]:
    """When the holder first held these variants, interruptions included, per variant."""
    rows = Reservation.objects.filter(
        reference=holder.reference,
        variant__in=list(variant_ids),
        held_since__gt=Now() - _longest(),
    )
    return dict(
        rows.values("variant").annotate(since=Min("held_since")).values_list("variant", "since")
    )


def _check_limit(quantities: Mapping[UUID, int]) -> None:
    most = config.UNITS_HELD_LIMIT
    if any(quantity < 0 for quantity in quantities.values()):
        raise ValueError("Nobody can hold less than nothing.")
    if any(quantity > most for quantity in quantities.values()):
        raise HoldLimitReached(
            _("At most %(most)s units of one product can be reserved at a time.") % {"most": most}
        )


def _longest() -> timedelta:
    return timedelta(minutes=config.HOLD_LIMIT_MINUTES)


def _best_places(
    stock: LockedStock, quantities: Mapping[UUID, int], owners: Iterable[UUID]
) -> dict[UUID, UnitsAt]:
    """For variants in several warehouses: where to hold all their units."""
    found: dict[UUID, UnitsAt] = {}
    for variant_id, quantity in quantities.items():
        if len(stock.levels.get(variant_id, ())) > 1:
            levels = stock.find(variant_id, quantity, stock.held_by(owners, variant_id))
            if sum(levels.values()) == quantity:
                found[variant_id] = {level.warehouse_id: n for level, n in levels.items()}
    return found


def _hold_exactly(
    stock: LockedStock,
    quantities: Mapping[UUID, int],
    owners: Iterable[UUID],
    holder: Holder,
    places: Mapping[UUID, UnitsAt],
) -> None:
    """
    Set the owners' holds to these quantities; all belong to the holder afterwards.

    Units stay where they are held, or move to the given places, by variant.
    """
    missing = []
    for variant_id, quantity in quantities.items():
        holds = stock.held_by(owners, variant_id)
        kept = _keep(stock, holds, places.get(variant_id) or _as_held(holds, quantity), holder)
        stock.make_room(variant_id, quantity - kept)
        found = stock.find(variant_id, quantity - kept) if kept < quantity else {}
        if sum(found.values()) < quantity - kept:
            missing.append(variant_id)
        for level, units in found.items():
            stock.hold(level, units, holder)
    if missing:
        raise OutOfStock(missing)


def _as_held(holds: Iterable[Reservation], quantity: int) -> UnitsAt:
    """The warehouses of up to `quantity` held units, in the order of the holds."""
    places: Counter[UUID] = Counter()
    for hold in holds:
        places[hold.warehouse_id] += min(hold.quantity, quantity - places.total())
    return places


def _keep(stock: LockedStock, holds: list[Reservation], places: UnitsAt, holder: Holder) -> int:
    """Pass up to these units per place to the holder, release the rest; returns how many."""
    kept: dict[UUID, Reservation] = {}
    room = dict(places)
    for hold in holds:
        units = min(hold.quantity, room.get(hold.warehouse_id, 0))
        if units < hold.quantity:
            stock.shrink(hold, hold.quantity - units)
        if not units:
            continue
        room[hold.warehouse_id] -= units
        first = kept.setdefault(hold.warehouse_id, hold)
        if first is not hold:
            stock.merge(hold, into=first)
        first.reference, first.reference_kind = holder.reference, holder.kind
        first.expires_at = holder.until_of(first.held_since)
        stock.touch(first)
    return sum(hold.quantity for hold in kept.values())
