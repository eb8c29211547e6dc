"""Holding units for carts and orders: exactly what was asked, or nothing changes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from constance import config
from django.db import transaction
from django.db.models import F, Min, Q, Sum
from django.db.models.functions import Greatest, Least, Now
from django.utils.translation import gettext as _

from inventory.exceptions import HoldLimitReached, NothingHeld, OutOfStock, PlaceLimitReached
from inventory.models import ReferenceKind, Reservation
from inventory.models.reservation import ReservationQuerySet
from inventory.origins import UNKNOWN, Holder, HoldOrigin
from inventory.places import Destination
from inventory.services.locked_stock import LockedStock, lock_holders
from inventory.services.single_statement import may_be_obtained, renew_at_once, reserve_at_once

# Units by warehouse.
Places = Mapping[UUID, int]


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
    Hold exactly these units of these variants for the holder, until then.

    Holds more or gives back the difference, all or nothing; 0 gives all back. What ran out for
    other carts is released as far as it is needed. A hold never lasts longer than
    HOLD_LIMIT_MINUTES in all, given up and taken again or not. With `is_renewal` the holder has
    probably just these already.

    :raises OutOfStock: if not all are there; it names the variants
    :raises HoldLimitReached: if more of one variant is asked than one visitor may hold
    :raises PlaceLimitReached: if carts of that place or account would hold too much in all
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


@transaction.atomic
def renew(*, reference: UUID, until: datetime) -> None:
    """Let the cart's holds last until then, never beyond their limit; none ends sooner for it."""
    holds = Reservation.objects.active().filter(reference=reference, expires_at__gt=Now())
    keys = list(holds.order_by("pk").select_for_update().values_list("pk", flat=True))
    Reservation.objects.filter(pk__in=keys).update(
        expires_at=Least(Greatest(F("expires_at"), until), F("held_since") + _longest())
    )


@transaction.atomic
def release(*, reference: UUID, variant_ids: Iterable[UUID] | None = None) -> None:
    """Give back what the holder has, of these variants or of all. Twice is once."""
    held = Reservation.objects.active().filter(reference=reference)
    wanted = set(held.values_list("variant_id", flat=True))
    if variant_ids is not None:
        wanted &= set(variant_ids)
    if not wanted:
        return
    shelf = LockedStock(wanted, [reference])
    for variant_id in wanted:
        for hold in shelf.held_by([reference], variant_id):
            shelf.shrink(hold, hold.quantity)
    shelf.save()


@transaction.atomic
def move_holds(
    *,
    cart: UUID,
    order: UUID,
    quantities: Mapping[UUID, int],
    until: datetime,
    destination: Destination | None = None,
) -> None:
    """
    Make the cart's holds the order's: the rows travel, and only what is missing is reserved.

    With a destination, units are held in the warehouses that serve it best (see docs/stock.md);
    nothing that was held is lost on the way there. What the cart holds of other variants stays its
    own. Twice is once.

    :raises OutOfStock: if units are missing and cannot be had; nothing has changed then
    """
    owners = [cart, order]
    shelf = LockedStock(quantities, owners)
    if destination:
        shelf.serve(destination, quantities, owners)
    best = _best_places(shelf, quantities, owners) if destination else {}
    holder = Holder(reference=order, kind=ReferenceKind.ORDER, until=until)
    _hold_exactly(shelf, quantities, owners, holder, best)
    shelf.save()


@transaction.atomic
def extend_order_hold(*, order: UUID, until: datetime) -> None:
    """
    Let the order hold its units until then, as long as its payment method needs.

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
    shelf = LockedStock(quantities, [holder.reference])
    shelf.drop_expired()
    holder = replace(holder, since=_held_since(quantities, holder))
    _hold_exactly(shelf, quantities, [holder.reference], holder)
    shelf.save()


def _check_origin(quantities: Mapping[UUID, int], holder: Holder) -> None:
    """Refuse more units of a place or account; who keeps as many as before, or fewer, passes."""
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
                "No more units can be held for your connection at the moment. Order what is in"
                " your cart, take something out of it, or try again in %(minutes)s minutes."
            )
            % {"minutes": config.RESERVATION_MINUTES}
        )


def _units(holds: ReservationQuerySet) -> int:
    return holds.aggregate(units=Sum("quantity"))["units"] or 0


def _held_since(variant_ids: Iterable[UUID], holder: Holder) -> dict[UUID, datetime]:
    """Since when the holder has held these variants, with breaks, within the longest hold."""
    rows = Reservation.objects.filter(
        reference=holder.reference,
        variant__in=list(variant_ids),
        held_since__gt=Now() - holder.longest,
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
            _("At most %(most)s units of one product can be held at a time.") % {"most": most}
        )


def _longest() -> timedelta:
    return timedelta(minutes=config.HOLD_LIMIT_MINUTES)


def _best_places(
    shelf: LockedStock, quantities: Mapping[UUID, int], owners: Iterable[UUID]
) -> dict[UUID, Places]:
    """Of variants that lie in more places than one: where to hold all that is wanted of them."""
    found: dict[UUID, Places] = {}
    for variant_id, quantity in quantities.items():
        if len(shelf.levels.get(variant_id, ())) > 1:
            levels = shelf.find(variant_id, quantity, shelf.held_by(owners, variant_id))
            if sum(levels.values()) == quantity:
                found[variant_id] = {level.warehouse_id: n for level, n in levels.items()}
    return found


def _hold_exactly(
    shelf: LockedStock,
    quantities: Mapping[UUID, int],
    owners: Iterable[UUID],
    holder: Holder,
    places: Mapping[UUID, Places] = MappingProxyType({}),
) -> None:
    """
    Bring the owners' holds to these quantities, all of them the holder's afterwards.

    Units stay where they are held, or go to these places, by variant.
    """
    missing = []
    for variant_id, quantity in quantities.items():
        holds = shelf.held_by(owners, variant_id)
        kept = _keep(shelf, holds, places.get(variant_id) or _as_held(holds, quantity), holder)
        shelf.make_room(variant_id, quantity - kept)
        found = shelf.find(variant_id, quantity - kept) if kept < quantity else {}
        if sum(found.values()) < quantity - kept:
            missing.append(variant_id)
        for level, units in found.items():
            shelf.hold(level, units, holder)
    if missing:
        raise OutOfStock(missing)


def _as_held(holds: Iterable[Reservation], quantity: int) -> Places:
    """Where up to that many units are held, in the order of the holds."""
    places: Counter[UUID] = Counter()
    for hold in holds:
        places[hold.warehouse_id] += min(hold.quantity, quantity - places.total())
    return places


def _keep(shelf: LockedStock, holds: list[Reservation], places: Places, holder: Holder) -> int:
    """Keep up to that many units in each place for the holder, give back the rest; say how many."""
    kept: dict[UUID, Reservation] = {}
    room = dict(places)
    for hold in holds:
        units = min(hold.quantity, room.get(hold.warehouse_id, 0))
        if units < hold.quantity:
            shelf.shrink(hold, hold.quantity - units)
        if not units:
            continue
        room[hold.warehouse_id] -= units
        first = kept.setdefault(hold.warehouse_id, hold)
        if first is not hold:
            shelf.merge(hold, into=first)
        first.reference, first.reference_kind = holder.reference, holder.kind
        is_order = holder.kind == ReferenceKind.ORDER
        first.expires_at = holder.until if is_order else _renewed(first, holder.until)
        shelf.touch(first)
    return sum(hold.quantity for hold in kept.values())


def _renewed(hold: Reservation, until: datetime) -> datetime:
    return min(until, hold.held_since + _longest())
