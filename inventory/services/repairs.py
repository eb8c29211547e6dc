"""Repairs differences found by `check_stock`, with ledger entries that explain them."""

from collections.abc import Iterable
from uuid import UUID

import pgtrigger
from django.db import transaction
from django.utils.translation import gettext as _

from inventory.consistency import Difference, differences
from inventory.models import Movement, MovementKind, StockLevel

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
    Make levels and ledger agree; the differences are computed again under lock.

    Units on hand stay as the level shows them, since the shop has sold by that number; an
    adjustment explains them. A missing level is rebuilt from the ledger. Committed and reserved
    units are counted again. More dispatched than sold is left to people: no entry explains it.
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
        Movement.objects.bulk_create(entries)


def _make_level(place: tuple[UUID, UUID]) -> bool:
    """Create the level if it is missing; returns whether it was."""
    variant_id, warehouse_id = place
    return StockLevel.objects.get_or_create(variant_id=variant_id, warehouse_id=warehouse_id)[1]


def _explanation(level: StockLevel, row: Difference) -> Movement:
    """An entry that changes only the ledger: the level shows the sum already."""
    note = _("check_stock: the level showed %(stored)s, the ledger %(proven)s.") % {
        "stored": row.stored,
        "proven": row.proven,
    }
    units = row.stored - row.proven
    return Movement(
        variant_id=level.variant_id,
        warehouse_id=level.warehouse_id,
        kind=MovementKind.ADJUSTMENT,
        quantity=units,
        on_hand_delta=units,
        on_hand_after=level.on_hand,
        committed_after=level.committed,
        note=note,
    )
