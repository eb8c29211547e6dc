"""Back-in-stock requests: notified first come, first served, no more than there are units."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from constance import config
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inventory.exceptions import NothingHeld, OutOfStock
from inventory.models import BackInStockRequest, ReferenceKind, Reservation
from inventory.selectors import available_quantities
from inventory.services import sold_out
from inventory.services.holds import release, reserve
from inventory.services.locked_stock import LockedStock, lock_holders

# If no units are held, a unit is offered to the next person only after this time.
HEAD_START = timedelta(minutes=30)
MAX_AT_ONCE = 100
SALT = "inventory.sign-up"
CLAIM_SALT = "inventory.sign-up.claim"
LINK_LIFETIME = timedelta(days=30)


@dataclass(frozen=True)
class Told:
    """A request that is notified, and until when a unit is held for it."""

    request: BackInStockRequest
    until: datetime | None


def sign_up(variant_id: UUID, *, email: str, language: str, user: User | None = None) -> None:
    """Record that this address waits for the variant. Idempotent; keeps the first place."""
    BackInStockRequest.objects.bulk_create(
        [
            BackInStockRequest(
                variant_id=variant_id, email=email.lower(), user=user, language=language
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def next_to_tell(variant_id: UUID) -> list[Told]:
    """
    Take the first requests, no more than there are units, and mark them as notified.

    With BACK_IN_STOCK_HOLD_MINUTES a unit is held for each in this transaction; without it, units
    that others were notified of in the last HEAD_START do not count. The caller queues the mails
    in the same transaction.
    """
    lock_holders([variant_id])
    now = timezone.now()
    minutes = config.BACK_IN_STOCK_HOLD_MINUTES
    until = now + timedelta(minutes=minutes) if minutes > 0 else None
    waiting = BackInStockRequest.objects.waiting().filter(variant=variant_id)
    waiting = waiting.select_related("variant__product").order_by("pk")
    if until:
        told = _hold_for(waiting[:MAX_AT_ONCE], until)
    else:
        told = list(waiting[: _units_not_promised(variant_id, now)])
    for each in told:
        each.notified_at = now
    BackInStockRequest.objects.bulk_update(told, ["notified_at"])
    return [Told(each, until) for each in told]


@transaction.atomic
def claim(token: str, *, cart: UUID) -> int:
    """
    Move the unit held for the bearer of a signed link to the cart; returns how many units.

    The cart service adds the line. Idempotent: the second time it returns 0.

    :raises BadSignature: if the link is forged
    :raises NothingHeld: if the hold has expired or another cart has claimed it
    """
    request = request_of(token)
    if request is None:
        raise NothingHeld(_("This unit is no longer reserved for you."))
    stock = LockedStock([request.variant_id], [request.pk, cart])
    own = {hold.warehouse_id: hold for hold in stock.held_by([cart], request.variant_id)}
    held = stock.held_by([request.pk], request.variant_id)
    if not held and not own:
        raise NothingHeld(_("This unit is no longer reserved for you."))
    for hold in held:
        if into := own.get(hold.warehouse_id):
            stock.merge(hold, into=into)
        else:
            hold.reference, hold.reference_kind = cart, ReferenceKind.CART
            stock.touch(hold)
    stock.save()
    sold_out.forget_after_commit(request.variant_id)
    return sum(hold.quantity for hold in held)


@transaction.atomic
def leave(token: str) -> None:
    """
    Delete all requests of a signed link's address. Idempotent.

    :raises BadSignature: if the link is forged
    """
    address = signing.loads(token, salt=SALT)
    asked = BackInStockRequest.objects.filter(email=address)
    held = Reservation.objects.active().filter(reference__in=asked.values("pk"))
    for reference in sorted(set(held.values_list("reference", flat=True))):
        release(reference=reference)
    asked.delete()


def token_of(request: BackInStockRequest) -> str:
    """A signed token for the address of the request."""
    return signing.dumps(request.email, salt=SALT)


def claim_token_of(request: BackInStockRequest) -> str:
    """A signed token that claims the unit held for the request."""
    return signing.dumps(str(request.pk), salt=CLAIM_SALT)


def request_of(token: str) -> BackInStockRequest | None:
    """
    The request of a claim token; None if it was withdrawn. One query.

    :raises BadSignature: if the link is forged, or too old
    """
    key = signing.loads(token, salt=CLAIM_SALT, max_age=LINK_LIFETIME)
    return BackInStockRequest.objects.select_related("variant__product").filter(pk=key).first()


def _hold_for(waiting: Iterable[BackInStockRequest], until: datetime) -> list[BackInStockRequest]:
    """Hold a unit for each request, until there are none left."""
    served: list[BackInStockRequest] = []
    for request in waiting:
        try:
            reserve(
                {request.variant_id: 1},
                reference=request.pk,
                until=until,
                reference_kind=ReferenceKind.SIGN_UP,
            )
        except OutOfStock:
            break
        served.append(request)
    return served


def _units_not_promised(variant_id: UUID, now: datetime) -> int:
    """Available units, less those of people notified within HEAD_START."""
    told = BackInStockRequest.objects.filter(
        variant=variant_id, notified_at__gt=now - HEAD_START
    ).count()
    return max(available_quantities([variant_id])[variant_id] - told, 0)
