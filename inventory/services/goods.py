"""Goods that come and go without a sale: deliveries, returns, losses, counts."""

from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.exceptions import NotOnShelf
from inventory.models import MovementKind, ReferenceKind, StockLevel
from inventory.services import ledger
from inventory.services.ledger import Cause, CauseFields
from inventory.services.shelf import Shelf


def receive(
    variant_id: UUID,
    warehouse_id: UUID,
    quantity: int,
    **cause: Unpack[CauseFields],
) -> None:
    """Put delivered units on the shelf."""
    _move((variant_id, warehouse_id), MovementKind.RECEIPT, _positive(quantity), Cause(**cause))


def restock(
    variant_id: UUID,
    warehouse_id: UUID,
    quantity: int,
    **cause: Unpack[CauseFields],
) -> None:
    """Put units on the shelf that a customer sent back."""
    cause.setdefault("reference_kind", ReferenceKind.RETURN)
    _move((variant_id, warehouse_id), MovementKind.RETURN, _positive(quantity), Cause(**cause))


def write_off(
    variant_id: UUID,
    warehouse_id: UUID,
    quantity: int,
    **cause: Unpack[CauseFields],
) -> None:
    """
    Take spoilt or lost units off the shelf. The level may fall short by it.

    :raises NotOnShelf: if fewer units lie there
    """
    _move((variant_id, warehouse_id), MovementKind.WRITE_OFF, -_positive(quantity), Cause(**cause))


def adjust(
    variant_id: UUID,
    warehouse_id: UUID,
    quantity: int,
    **cause: Unpack[CauseFields],
) -> None:
    """
    Correct the shelf by a difference, up or down, as a count found it. It may fall short by it.

    :raises NotOnShelf: if fewer units lie there than are taken off
    """
    if not quantity:
        raise ValueError("A correction of nothing.")
    _move((variant_id, warehouse_id), MovementKind.ADJUSTMENT, quantity, Cause(**cause))


@transaction.atomic
def _move(place: tuple[UUID, UUID], kind: MovementKind, quantity: int, cause: Cause) -> None:
    variant_id, warehouse_id = place
    StockLevel.objects.get_or_create(variant_id=variant_id, warehouse_id=warehouse_id)
    shelf = Shelf([variant_id])
    level = shelf.level(variant_id, warehouse_id)
    if level.on_hand + quantity < 0:
        raise NotOnShelf(_("Only %(units)s units lie on that shelf.") % {"units": level.on_hand})
    shelf.stock(level, quantity)
    shelf.save()
    ledger.write([ledger.movement(level, kind, quantity, quantity, cause)])


def _positive(quantity: int) -> int:
    if quantity <= 0:
        raise ValueError("Goods move in positive numbers.")
    return quantity
