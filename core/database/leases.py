"""Jobs that one worker at a time claims; those of a lost worker become free again."""

from datetime import timedelta
from typing import TypeVar

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

MAX_ATTEMPTS = 5


class Leased(models.Model):
    """A row that workers claim, in the order that its model defines."""

    # The end of the worker's lease, which it extends while it works.
    claimed_until = models.DateTimeField(null=True)
    # Claims since its last progress.
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def is_exhausted(self) -> bool:
        """Whether it was interrupted at the same place too often."""
        return self.attempts > MAX_ATTEMPTS


LeasedT = TypeVar("LeasedT", bound=Leased)


@transaction.atomic
def claim(rows: QuerySet[LeasedT], lease: timedelta) -> LeasedT | None:
    """The first of these rows that is free, for this worker alone; None if there is none."""
    now = timezone.now()
    free = rows.filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
    row = free.select_for_update(skip_locked=True).first()
    if row:
        row.attempts += 1
        row.claimed_until = now + lease
        row.save(update_fields=["attempts", "claimed_until"])
    return row
