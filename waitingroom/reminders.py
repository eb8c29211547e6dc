"""Those who want to hear of a drop: noted once, told once, forgotten."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Collection
from waitingroom.exceptions import HasBegun
from waitingroom.models import DropReminder, WaitingRoom

SALT = "waitingroom.reminder"
BATCH = 200


def sign_up(drop: Collection, *, email: str, language: str) -> None:
    """
    Note that this address wants to hear of the drop. Twice is once.

    :raises HasBegun: if there is nothing left to wait for
    """
    if drop.starts_at is None or drop.starts_at <= timezone.now():
        raise HasBegun(_("It is open already."))
    DropReminder.objects.bulk_create(
        [DropReminder(collection=drop, email=email.lower(), language=language)],
        ignore_conflicts=True,
    )


def due() -> list[Collection]:
    """
    Drops whose queue is open, or that have begun, and that people wait to hear of. 2 queries.

    Where there is a queue people have to know of it before the start.
    """
    now = timezone.now()
    awaited = Collection.objects.filter(is_active=True, reminders__isnull=False).distinct()
    early = dict(WaitingRoom.objects.values_list("collection", "opens_minutes_before"))
    return [
        drop
        for drop in awaited.order_by("starts_at")
        if drop.starts_at and drop.starts_at - timedelta(minutes=early.get(drop.pk, 0)) <= now
    ]


def pop_batch(drop_id: UUID) -> list[DropReminder]:
    """
    Take some who wait, in order of sign-up, and forget them; empty if there are none left.

    Part of the transaction that writes to them. Two workers never take the same.
    """
    rows = DropReminder.objects.filter(collection=drop_id).order_by("pk")
    taken = list(rows.select_for_update(skip_locked=True)[:BATCH])
    _forget(row.pk for row in taken)
    return taken


def leave(token: str) -> None:
    """
    Forget that the address of a signed link waits for any drop. Twice is once.

    :raises BadSignature: if the link is forged
    """
    DropReminder.objects.filter(email=signing.loads(token, salt=SALT)).delete()


def token_of(email: str) -> str:
    """Proof that its bearer reads this address."""
    return signing.dumps(email, salt=SALT)


@transaction.atomic
def forget_those_of_ended_drops() -> None:
    """Drop reminders of drops that are over."""
    DropReminder.objects.filter(collection__ends_at__lte=timezone.now()).delete()


def _forget(keys: Iterable[UUID]) -> None:
    DropReminder.objects.filter(pk__in=list(keys)).delete()
