"""Shoppers who wait for a variant: told in the order in which they came, no more than it serves."""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from inventory.models import BackInStockRequest
from inventory.selectors import available_quantities
from inventory.services.shelf import lock_holders

# Whoever was told has so long before the unit is offered to the next.
HEAD_START = timedelta(minutes=30)
SALT = "inventory.sign-up"


def sign_up(variant_id: UUID, *, email: str, language: str, user: User | None = None) -> None:
    """Note that this address waits for the variant. Twice is once, and keeps the first place."""
    BackInStockRequest.objects.bulk_create(
        [
            BackInStockRequest(
                variant_id=variant_id, email=email.lower(), user=user, language=language
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def next_to_tell(variant_id: UUID) -> list[BackInStockRequest]:
    """
    Take the first who wait, no more than there are units, and note that they are told.

    Units that others were told of a moment ago are theirs. The caller writes to them in the same
    transaction. Four queries.
    """
    lock_holders([variant_id])
    now = timezone.now()
    asked = BackInStockRequest.objects.filter(variant=variant_id)
    free = available_quantities([variant_id])[variant_id]
    free -= asked.filter(notified_at__gt=now - HEAD_START).count()
    if free <= 0:
        return []
    waiting = list(asked.waiting().select_related("variant__product").order_by("pk")[:free])
    for each in waiting:
        each.notified_at = now
    BackInStockRequest.objects.bulk_update(waiting, ["notified_at"])
    return waiting


def leave(token: str) -> None:
    """
    Forget that the address of a signed link waits for anything. Twice is once.

    :raises BadSignature: if the link is forged
    """
    address = signing.loads(token, salt=SALT)
    BackInStockRequest.objects.filter(email=address).delete()


def token_of(request: BackInStockRequest) -> str:
    """Proof that its bearer reads this address."""
    return signing.dumps(request.email, salt=SALT)
