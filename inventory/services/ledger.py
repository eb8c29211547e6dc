"""Entries of the stock ledger."""

from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID

from inventory.models import Movement, MovementKind, ReferenceKind, StockLevel


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why units move: the document, who did it, and a note."""

    reference: UUID | None = None
    reference_kind: str = ReferenceKind.MANUAL
    actor_id: UUID | None = None
    note: str = ""


class CauseDetails(TypedDict, total=False):
    """Details of a movement without its document."""

    reference_kind: str
    actor_id: UUID | None
    note: str


class CauseFields(CauseDetails, total=False):
    """Details of a movement, with its document."""

    reference: UUID | None


def movement(
    level: StockLevel, kind: MovementKind, quantity: int, on_hand_delta: int, cause: Cause
) -> Movement:
    """A ledger entry, not saved."""
    return Movement(
        variant_id=level.variant_id,
        warehouse_id=level.warehouse_id,
        kind=kind,
        quantity=quantity,
        on_hand_delta=on_hand_delta,
        reference=cause.reference,
        reference_kind=cause.reference_kind,
        actor_id=cause.actor_id,
        note=cause.note,
    )


def write(movements: list[Movement]) -> None:
    """Save the entries; a trigger updates their levels, which must be locked."""
    Movement.objects.bulk_create(movements)
