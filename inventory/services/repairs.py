"""Putting right what the audit has found: with entries in the ledger, never by a quiet edit."""

from collections.abc import Iterable
from uuid import UUID

import pgtrigger
from django.db import transaction
from django.utils.translation import gettext as _

from inventory.consistency import Difference, differences
from inventory.models import Movement, MovementKind, StockLevel
from inventory.services import ledger
from inventory.services.ledger import Cause

# Numbers that follow from documents: the sales in the ledger, the active holds.
_DERIVED = {
    "committed": "committed",
    "sold and not dispatched": "committed",
    "reserved": "reserved",
}
_GUARDS = (
    "inventory.StockLevel:by_ledger",
    "inventory.StockLevel:covers",
    "inventory.Movement:apply",
)


@transaction.atomic
def repair(found: Iterable[Difference]) -> None:
    """
    Make the books of these levels agree, looking again under lock at what is wrong.

    The units on hand stay as the level shows them, for the shop has sold by that number, and an
    adjustment explains them; only a level that is lost is made again from the ledger. Sold and held
    units are counted again. More dispatched than sold is left to people: no entry can explain it.
    """
    places = sorted({row.place for row in found})
    lost = {place for place in places if _make_level(place)}
    variants = {variant_id for variant_id, _warehouse in places}
    levels = {
        (level.variant_id, level.warehouse_id): level
        for level in StockLevel.objects.filter(variant__in=variants).locked()
    }
    entries = []
    for row in differences():
        if row.place not in places:
            continue
        level = levels[row.place]
        if row.what in _DERIVED:
            setattr(level, _DERIVED[row.what], row.proven)
        elif row.what == "on hand" and row.place in lost:
            level.on_hand = row.proven
        elif row.what == "on hand":
            entries.append(_explanation(level, row))
    with pgtrigger.ignore(*_GUARDS):
        StockLevel.objects.bulk_update(levels.values(), ["on_hand", "committed", "reserved"])
        ledger.write(entries)


def _make_level(place: tuple[UUID, UUID]) -> bool:
    """Whether the level was lost."""
    variant_id, warehouse_id = place
    return StockLevel.objects.get_or_create(variant_id=variant_id, warehouse_id=warehouse_id)[1]


def _explanation(level: StockLevel, row: Difference) -> Movement:
    """An entry that changes the ledger alone: the level shows the sum already."""
    note = _("check_stock: the level showed %(stored)s, the ledger %(proven)s.") % {
        "stored": row.stored,
        "proven": row.proven,
    }
    units = row.stored - row.proven
    entry = ledger.movement(level, MovementKind.ADJUSTMENT, units, units, Cause(note=note))
    entry.on_hand_after, entry.committed_after = level.on_hand, level.committed
    return entry
