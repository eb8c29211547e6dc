"""Stock levels and their holds, locked for a change that takes more than one statement."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.places import Place
from core.database import prepared
from core.database.lookups import AnyOf
from core.ids import uuid7
from core.locks import advisory_lock
from inventory.events import StockRanLow, StockRanOut
from inventory.models import (
    Movement,
    MovementKind,
    Reservation,
    StockAlert,
    StockAlertKind,
    StockLevel,
)
from inventory.origins import Holder
from inventory.places import distance
from inventory.services.availability import publish_if_changed
from inventory.services.ledger import Cause
from inventory.states import ReservationStatus
from outbox.services import publish


def lock_holders(references: Iterable[UUID | str]) -> None:
    """Serialise changes per holder, in a fixed order."""
    advisory_lock("holder", *references)


WRITE_HOLDS = """
UPDATE inventory_reservation hold
SET quantity = new.quantity, expires_at = new.expires_at,
    reference = new.reference, reference_kind = new.reference_kind
FROM unnest(%(keys)s::uuid[], %(quantities)s::int[], %(ends)s::timestamptz[],
            %(references)s::uuid[], %(kinds)s::text[])
    AS new (id, quantity, expires_at, reference, reference_kind)
WHERE hold.id = new.id
RETURNING hold.id
"""
# Expired holds released per query: a drop leaves thousands.
ROOM = 50


class LockedStock:
    """
    The levels of some variants, locked in primary-key order until the transaction ends.

    Locks holders, then levels, then holds. Change it, then call `save()`: it stores what differs.
    """

    def __init__(self, variant_ids: Iterable[UUID], references: Iterable[UUID] = ()) -> None:
        """Lock holders, levels and the active holds that the references own."""
        owners = list(set(references))
        wanted = list(set(variant_ids))
        lock_holders(owners)
        self.now = timezone.now()
        self.levels: dict[UUID, list[StockLevel]] = defaultdict(list)
        rows = StockLevel.objects.filter(AnyOf(F("variant"), wanted)).select_related("warehouse")
        for level in rows.locked():
            self.levels[level.variant_id].append(level)
        for levels in self.levels.values():
            levels.sort(key=lambda level: (level.warehouse.priority, level.pk))
        self.holds = list(_locked_holds(owners, wanted)) if owners else []
        self._changed_holds: dict[UUID, Reservation] = {}
        self._new_holds: list[Reservation] = []
        self._movements: dict[tuple[UUID, MovementKind], Movement] = {}
        self._available = {variant_id: self.available(variant_id) for variant_id in self.levels}
        self._figures = {level.pk: _figures(level) for level in self._all_levels()}

    def _all_levels(self) -> list[StockLevel]:
        return [level for levels in self.levels.values() for level in levels]

    def lock_holds(self, which: Q, most: int | None = None) -> list[Reservation]:
        """Lock unchanged active holds that match, oldest first."""
        rows = Reservation.objects.active().filter(which).exclude(pk__in=self._changed_holds)
        return list(rows.order_by("pk").select_for_update()[:most])

    def available(self, variant_id: UUID) -> int:
        """Units available now in all active warehouses."""
        return sum(
            max(level.available, 0)
            for level in self.levels.get(variant_id, ())
            if level.warehouse.is_active
        )

    def level(self, variant_id: UUID, warehouse_id: UUID) -> StockLevel:
        return next(
            level for level in self.levels[variant_id] if level.warehouse_id == warehouse_id
        )

    def held_by(self, references: Iterable[UUID], variant_id: UUID) -> list[Reservation]:
        """Active holds of these references on the variant, by priority of the warehouse."""
        wanted = set(references)
        order = {level.warehouse_id: n for n, level in enumerate(self.levels[variant_id])}
        return sorted(
            (
                hold
                for hold in self.holds
                if hold.status == ReservationStatus.ACTIVE
                and hold.variant_id == variant_id
                and hold.reference in wanted
            ),
            key=lambda hold: order[hold.warehouse_id],
        )

    def drop_expired(self) -> None:
        """Release the owners' expired holds."""
        for hold in self.holds:
            if hold.has_run_out(self.now):
                self.shrink(hold, hold.quantity)

    def make_room(
        self, variant_id: UUID, quantity: int, levels: Collection[StockLevel] = ()
    ) -> None:
        """
        Release expired holds of carts until `quantity` units are available on these levels.

        Holds of orders stay until the order expires.
        """
        there = levels or [
            level for level in self.levels.get(variant_id, ()) if level.warehouse.is_active
        ]
        where = Q(variant=variant_id, warehouse__in=[level.warehouse_id for level in there])
        expired = where & Reservation.objects.ran_out()
        while sum(max(level.available, 0) for level in there) < quantity:
            batch = self.lock_holds(expired, ROOM)
            if not batch:
                return
            for hold in batch:
                self.shrink(hold, hold.quantity)

    def shrink(
        self,
        hold: Reservation,
        quantity: int,
        status: ReservationStatus = ReservationStatus.RELEASED,
    ) -> None:
        """Take units out of a hold; an empty one ends in that status."""
        level = self.level(hold.variant_id, hold.warehouse_id)
        level.reserved -= quantity
        if quantity == hold.quantity:
            hold.status = status
        else:
            hold.quantity -= quantity
        self.touch(hold)

    def free(self, variant_id: UUID, own: Iterable[Reservation] = ()) -> dict[StockLevel, int]:
        """Units available per level; the holds in `own` count as available."""
        held: Counter[UUID] = Counter()
        for hold in own:
            held[hold.warehouse_id] += hold.quantity
        return {
            level: units
            for level in self.levels.get(variant_id, ())
            if level.warehouse.is_active
            and (units := level.available + held[level.warehouse_id]) > 0
        }

    def find(
        self, variant_id: UUID, quantity: int, own: Iterable[Reservation] = ()
    ) -> dict[StockLevel, int]:
        """Allocate the units: from one warehouse if one has them all, else by priority."""
        free = self.free(variant_id, own)
        whole = [level for level, units in free.items() if units >= quantity]
        found: dict[StockLevel, int] = {}
        for level in whole or free:
            units = min(free[level], quantity - sum(found.values()))
            if units:
                found[level] = units
        return found

    def serve(
        self,
        destination: Place,
        quantities: Mapping[UUID, int],
        owners: Iterable[UUID],
        first: UUID | None = None,
    ) -> None:
        """
        Sort the levels: warehouses that can send everything first, then by priority and distance.

        The owners' holds count as available. `first` is a warehouse that comes before all others.
        """
        owners = set(owners)
        can_send = [
            {
                level.warehouse_id
                for level, units in self.free(key, self.held_by(owners, key)).items()
                if units >= quantity
            }
            for key, quantity in quantities.items()
        ]
        complete = set.intersection(*can_send) if can_send else set()
        for levels in self.levels.values():
            levels.sort(
                key=lambda level: (
                    level.warehouse_id != first,
                    level.warehouse_id not in complete,
                    level.warehouse.priority,
                    distance(destination, level.warehouse),
                    level.pk,
                )
            )

    def hold(self, level: StockLevel, quantity: int, holder: Holder) -> None:
        """Hold units of one level; an existing hold of the holder grows."""
        level.reserved += quantity
        for hold in self.held_by([holder.reference], level.variant_id):
            if hold.warehouse_id == level.warehouse_id:
                hold.quantity += quantity
                self.touch(hold)
                return
        since = holder.since.get(level.variant_id)
        hold = Reservation(
            id=uuid7(),
            variant_id=level.variant_id,
            warehouse_id=level.warehouse_id,
            reference=holder.reference,
            reference_kind=holder.kind,
            quantity=quantity,
            expires_at=holder.until_of(since),
            held_since=since or self.now,
            place=holder.origin.place,
            account=holder.origin.account,
        )
        self._new_holds.append(hold)

    def merge(self, hold: Reservation, *, into: Reservation) -> None:
        """Merge two holds of one level; the level's numbers stay."""
        into.quantity += hold.quantity
        hold.status = ReservationStatus.RELEASED
        self.touch(hold)
        self.touch(into)

    def touch(self, hold: Reservation) -> None:
        """Mark a hold that has changed."""
        self._changed_holds[hold.pk] = hold

    def move(
        self, level: StockLevel, kind: MovementKind, quantity: int, on_hand_delta: int, cause: Cause
    ) -> None:
        """
        Write units of a level into the ledger, one movement for each level and kind.

        The ledger's trigger stores the level's units on hand and committed ones.
        """
        level.on_hand += on_hand_delta
        level.committed += on_hand_delta - quantity
        movement = self._movements.setdefault(
            (level.pk, kind),
            Movement(
                variant_id=level.variant_id,
                warehouse_id=level.warehouse_id,
                kind=kind,
                quantity=0,
                on_hand_delta=0,
                **cause,
            ),
        )
        movement.quantity += quantity
        movement.on_hand_delta += on_hand_delta

    def save(self) -> None:
        """Store the changes and publish their events."""
        changed = [row for row in self._all_levels() if _figures(row) != self._figures[row.pk]]
        for level in changed:
            self._note_crossing(level)
        StockLevel.objects.bulk_update(changed, ["reserved", "is_below_minimum"])
        self._save_holds()
        Movement.objects.bulk_create(self._movements.values())
        for variant_id, before in self._available.items():
            publish_if_changed(variant_id, before, self.available(variant_id))

    def _save_holds(self) -> None:
        """
        Store changed holds; ended ones, many after a drop, in one statement per status.

        Ended holds lose their place and account: hold limits count active holds only.
        """
        by_status: dict[str, list[Reservation]] = defaultdict(list)
        for hold in self._changed_holds.values():
            by_status[hold.status].append(hold)
        going_on = by_status.pop(ReservationStatus.ACTIVE, [])
        for status, holds in by_status.items():
            Reservation.objects.filter(pk__in=[hold.pk for hold in holds]).update(
                status=status, place="", account=None
            )
        if going_on:
            _write_holds(going_on)
        Reservation.objects.bulk_create(self._new_holds)

    def _note_crossing(self, level: StockLevel) -> None:
        """Open or close alerts. Holds do not count against the minimum: they come and go."""
        on_hand, committed, *_others = self._figures[level.pk]
        was_there, is_there = on_hand > committed, level.sellable > 0
        if was_there != is_there:
            self._alert(level, StockAlertKind.SOLD_OUT, is_on=not is_there)
        is_below = level.sellable < level.minimum
        if is_below != level.is_below_minimum:
            level.is_below_minimum = is_below
            self._alert(level, StockAlertKind.LOW, is_on=is_below)

    def _alert(self, level: StockLevel, kind: StockAlertKind, *, is_on: bool) -> None:
        """Open an alert and publish it, or resolve the open one."""
        if not is_on:
            level.alerts.filter(kind=kind, resolved_at=None).update(resolved_at=self.now)
            return
        StockAlert.objects.get_or_create(
            level=level, kind=kind, resolved_at=None, defaults={"available": level.sellable}
        )
        event = StockRanLow if kind == StockAlertKind.LOW else StockRanOut
        publish(event(level_id=str(level.pk), available=level.sellable))


def _figures(level: StockLevel) -> tuple[int, ...]:
    return level.on_hand, level.committed, level.reserved, level.minimum


def _locked_holds(references: list[UUID], variants: list[UUID]) -> QuerySet[Reservation]:
    """Active holds that these references own, the oldest first."""
    own = Reservation.objects.active().filter(AnyOf(F("reference"), references))
    return own.filter(AnyOf(F("variant"), variants)).order_by("pk").select_for_update()


def _write_holds(holds: Sequence[Reservation]) -> None:
    prepared.run(
        WRITE_HOLDS,
        {
            "keys": [hold.pk for hold in holds],
            "quantities": [hold.quantity for hold in holds],
            "ends": [hold.expires_at for hold in holds],
            "references": [hold.reference for hold in holds],
            "kinds": [str(hold.reference_kind) for hold in holds],
        },
    )
