"""Stock counts: opened with expected units, filled with counted ones, posted once."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.exceptions import CountIsClosed, NotACount, NothingCounted
from inventory.models import MovementKind, ReferenceKind, StockCount, StockCountLine, StockLevel
from inventory.services import moves
from inventory.services.ledger import Cause
from inventory.states import CountStatus


@transaction.atomic
def open_count(warehouse_id: UUID, *, actor_id: UUID | None = None, note: str = "") -> StockCount:
    """Open a count of all variants in the warehouse, without counted units yet."""
    count = StockCount.objects.create(warehouse_id=warehouse_id, created_by_id=actor_id, note=note)
    levels = StockLevel.objects.filter(warehouse=warehouse_id).order_by("variant__sku")
    StockCountLine.objects.bulk_create(
        StockCountLine(count=count, variant_id=level.variant_id, expected=level.on_hand)
        for level in levels
    )
    return count


@transaction.atomic
def record_count(count_id: UUID, counted: Mapping[UUID, int]) -> None:
    """
    Store counted units beside the expected ones of this moment; overwrites earlier numbers.

    Variants that were not in the count are added.

    :raises NotACount: if a number is below 0 or not whole
    :raises CountIsClosed: if the count is posted or cancelled
    """
    if any(type(units) is not int or units < 0 for units in counted.values()):
        raise NotACount(_("Units are whole numbers from 0."))
    count = _open(count_id)
    levels = StockLevel.objects.filter(warehouse=count.warehouse_id, variant__in=counted)
    expected = dict(levels.values_list("variant_id", "on_hand"))
    StockCountLine.objects.bulk_create(
        [
            StockCountLine(
                count=count,
                variant_id=variant_id,
                expected=expected.get(variant_id, 0),
                counted=units,
            )
            for variant_id, units in counted.items()
        ],
        update_conflicts=True,
        unique_fields=["count", "variant"],
        update_fields=["expected", "counted"],
    )


@transaction.atomic
def count_more(count_id: UUID, variant_id: UUID) -> int:
    """
    Add a scanned unit to the counted ones of a variant; returns the sum.

    :raises CountIsClosed: if the count is posted or cancelled
    """
    line = _open(count_id).lines.filter(variant=variant_id).first()
    counted = ((line.counted if line else None) or 0) + 1
    record_count(count_id, {variant_id: counted})
    return counted


@transaction.atomic
def post_count(count_id: UUID, *, actor_id: UUID | None = None) -> list[StockLevel]:
    """
    Post the differences, once; returns the levels that are short afterwards.

    Movements since the moment of counting are respected. Lines without a number change nothing.

    :raises CountIsClosed: if it is posted or cancelled
    :raises NothingCounted: if no line has a number
    :raises NotOnShelf: if more units have left since than were counted
    """
    count = _open(count_id)
    lines = count.lines.exclude(counted=None)
    found = {line.variant_id: line.difference for line in lines}
    if not found:
        raise NothingCounted(_("No line of this count has a quantity."))
    count.posted_at = timezone.now()
    count.move_to(CountStatus.POSTED)
    differences = {(key, count.warehouse_id): units for key, units in found.items() if units}
    cause = Cause(
        reference=count.pk,
        reference_kind=ReferenceKind.COUNT,
        actor_id=actor_id,
        note=count.note,
    )
    levels = moves.move(differences, MovementKind.ADJUSTMENT, cause)
    return [level for level in levels if level.is_short]


@transaction.atomic
def cancel_count(count_id: UUID) -> None:
    """
    Cancel the count without posting it.

    :raises CountIsClosed: if it is posted or cancelled already
    """
    _open(count_id).move_to(CountStatus.CANCELLED)


def _open(count_id: UUID) -> StockCount:
    """The open count, locked: a concurrent caller waits and finds it closed."""
    count = StockCount.objects.select_for_update().get(pk=count_id)
    if count.status != CountStatus.OPEN:
        raise CountIsClosed(_("This count has already been posted or cancelled."))
    return count
