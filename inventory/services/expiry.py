"""Releases expired holds in batches, skipping locked levels."""

from collections import Counter
from collections.abc import Collection, Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from inventory.models import Reservation, StockLevel
from inventory.services.locked_stock import LockedStock


def release_expired(batch: int = 500) -> int:
    """
    Release expired holds of carts, a transaction per batch; returns how many.

    Holds of orders stay: the order's expiry releases them, after asking its provider. Holds on
    locked levels are left for the next run.
    """
    return sum(len(released) for released in release_in_batches(batch))


def release_in_batches(batch: int = 500, only: Q | None = None) -> Iterator[list[Reservation]]:
    """As `release_expired` for the holds that match; yields what each transaction released."""
    chosen = Reservation.objects.expired().filter(only or Q()).order_by("expires_at", "pk")
    later = Q()
    while holds := list(chosen.filter(later)[:batch]):
        yield _release(holds)
        last = holds[-1]
        later = Q(expires_at__gt=last.expires_at) | Q(expires_at=last.expires_at, pk__gt=last.pk)


@transaction.atomic
def _release(holds: Collection[Reservation]) -> list[Reservation]:
    """Release those that are still expired and whose levels are not locked."""
    free = _lock_what_is_free({hold.variant_id for hold in holds})
    stock = LockedStock(free)
    chosen = Q(pk__in=[hold.pk for hold in holds], variant__in=free)
    released = stock.lock_holds(chosen & Reservation.objects.ran_out())
    for hold in released:
        stock.shrink(hold, hold.quantity)
    stock.save()
    return released


def _lock_what_is_free(variant_ids: Collection[UUID]) -> set[UUID]:
    """
    Lock the levels of variants none of whose levels is locked; returns these variants.

    A band depends on all levels of a variant, so some of them would not be enough.
    """
    levels = StockLevel.objects.filter(variant__in=variant_ids).order_by("pk")
    there = Counter(levels.values_list("variant_id", flat=True))
    free = levels.select_for_update(skip_locked=True).values_list("variant_id", flat=True)
    locked = Counter(free)
    return {variant_id for variant_id, number in there.items() if locked[variant_id] == number}
