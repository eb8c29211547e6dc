"""Which units of an order go into whose parcel: pure, fed with the order's lines and the ledger."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

# Units sold and still to leave, by variant and warehouse.
Waiting = Mapping[tuple[UUID, UUID], int]


@dataclass(frozen=True, kw_only=True)
class OpenLine:
    """Units of a line that have not left; a bundle has several parts, all else is its own."""

    key: UUID
    units: int
    parts: Mapping[UUID, int]

    @property
    def is_set(self) -> bool:
        return sum(self.parts.values()) > 1


class Group(NamedTuple):
    """What goes into one parcel: from whom, from where, and whether its buyer fetches it."""

    seller_id: UUID
    warehouse_id: UUID
    is_pickup: bool = False


def allocate(
    lines: Sequence[OpenLine], waiting: Waiting, warehouses: Sequence[UUID]
) -> dict[tuple[UUID, UUID], int]:
    """
    Where each line's units lie, by line and warehouse; the first warehouses are asked first.

    Sets choose before single units, from a warehouse that has them whole. A set whose parts lie
    in several is packed where most of them are.
    """
    left = Counter(waiting)
    found: dict[tuple[UUID, UUID], int] = {}
    for line in sorted(lines, key=lambda each: not each.is_set):
        open_units = line.units
        for warehouse in warehouses:
            units = min(
                open_units, *(left[part, warehouse] // each for part, each in line.parts.items())
            )
            if units > 0:
                found[line.key, warehouse] = units
                open_units -= units
                for part, each in line.parts.items():
                    left[part, warehouse] -= each * units
        if open_units and line.is_set:
            _gather(line, open_units, left, warehouses, found)
    return found


def _gather(
    line: OpenLine,
    units: int,
    left: Counter[tuple[UUID, UUID]],
    warehouses: Sequence[UUID],
    found: dict[tuple[UUID, UUID], int],
) -> None:
    """Make sets of parts that lie apart."""
    there = {part: sum(left[part, at] for at in warehouses) for part in line.parts}
    units = min(units, *(there[part] // each for part, each in line.parts.items()))
    if units <= 0:
        return
    most = max(warehouses, key=lambda at: sum(left[part, at] for part in line.parts))
    found[line.key, most] = found.get((line.key, most), 0) + units
    needs = {part: each * units for part, each in line.parts.items()}
    left.subtract(draw(needs, left, [most, *warehouses]))


def draw(
    needs: Mapping[UUID, int], waiting: Waiting, warehouses: Sequence[UUID]
) -> dict[tuple[UUID, UUID], int]:
    """
    Take these units of each variant from the warehouses, by their priority.

    Missing units are not in the result.
    """
    taken: dict[tuple[UUID, UUID], int] = {}
    for variant, needed in needs.items():
        wanted = needed
        for place in dict.fromkeys((variant, warehouse) for warehouse in warehouses):
            units = min(wanted, waiting.get(place, 0))
            if units > 0:
                taken[place] = units
                wanted -= units
    return taken


class OpenUnits:
    """An order's units that are in no parcel yet, by group and line; parcels take theirs."""

    def __init__(self, units: Mapping[tuple[Group, UUID], int], apart: frozenset[UUID]) -> None:
        """`apart` are warehouses whose units never travel with others': suppliers'."""
        self._left = Counter(units)
        self._apart = apart

    def has(self, group: Group, contents: Mapping[UUID, int], *, gathered: bool) -> bool:
        """Whether all of this can be taken."""
        return all(
            sum(self._left[place, line] for place in self._sources(group, gathered=gathered))
            >= units
            for line, units in contents.items()
        )

    def take(
        self, group: Group, contents: Mapping[UUID, int], *, gathered: bool
    ) -> dict[UUID, int]:
        """Take as much of this as there is; gathered parcels take from other shelves too."""
        kept = {}
        for line, wanted in contents.items():
            had = 0
            for place in self._sources(group, gathered=gathered):
                units = min(wanted - had, self._left[place, line])
                self._left[place, line] -= units
                had += units
            if had:
                kept[line] = had
        return kept

    def rest(self) -> dict[Group, dict[UUID, int]]:
        """The unallocated units."""
        found: dict[Group, dict[UUID, int]] = defaultdict(dict)
        for (group, line), units in self._left.items():
            if units > 0:
                found[group][line] = units
        return found

    def _sources(self, group: Group, *, gathered: bool) -> list[Group]:
        if not gathered or group.warehouse_id in self._apart:
            return [group]
        others = {place for place, _line in self._left}
        return [
            group,
            *sorted(
                place
                for place in others - {group}
                if place.seller_id == group.seller_id
                and place.is_pickup == group.is_pickup
                and place.warehouse_id not in self._apart
            ),
        ]
