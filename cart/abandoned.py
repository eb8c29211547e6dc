"""Carts that were left lying: which, what lay in them, and the links in the mail about them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from constance import config
from django.core import signing
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Customer, User
from cart.models import Cart, CartReminder, CartStatus
from cart.store import LineKey, StoredLine

SALT = "cart.abandoned"
LEAVE_SALT = "cart.abandoned.leave"
KEPT = timedelta(days=30)


def due(now: datetime, most: int = 200) -> QuerySet[Cart]:
    """
    Carts that nobody has touched for the hours of the setting, the oldest first. 1 query.

    Only of accounts that accept news: a guest has nowhere said that he does.
    """
    touched_before = timedelta(hours=config.CART_HOURS - config.ABANDONED_CART_HOURS)
    lying = Cart.objects.filter(
        status=CartStatus.ACTIVE,
        expires_at__gt=now,
        expires_at__lte=now + touched_before,
        reminder=None,
        user__is_active=True,
        user__customer__accepts_marketing=True,
    )
    return lying.select_related("user__customer").order_by("expires_at")[:most]


def note(cart_id: UUID, lines: Mapping[LineKey, StoredLine]) -> CartReminder | None:
    """
    Write down that the cart's owner is told of these lines, in the caller's transaction.

    None if he was told already, or the cart is being ordered or has been.
    """
    active = Cart.objects.filter(pk=cart_id, status=CartStatus.ACTIVE)
    ours = active.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
    if ours is None or CartReminder.objects.filter(cart=cart_id).exists():
        return None
    kept = [{"line": str(key), "quantity": line.quantity} for key, line in lines.items()]
    return CartReminder.objects.create(cart_id=cart_id, lines=kept)


def token_of(reminder: CartReminder) -> str:
    """Proof that its bearer was told of this cart."""
    return signing.dumps(str(reminder.pk), salt=SALT)


def lines_of(token: str) -> dict[LineKey, int]:
    """
    What lay in the cart that a link speaks of; empty if it is not kept any more. 1 query.

    :raises BadSignature: if the link is forged
    """
    reminder = CartReminder.objects.filter(pk=signing.loads(token, salt=SALT)).first()
    kept = reminder.lines if reminder else []
    return {LineKey.parse(entry["line"]): entry["quantity"] for entry in kept}


def leave_token_of(user: User) -> str:
    """Proof that its bearer reads this account's mails."""
    return signing.dumps(str(user.pk), salt=LEAVE_SALT)


def leave(token: str) -> None:
    """
    The account of a signed link accepts no more news. Twice is once.

    :raises BadSignature: if the link is forged
    """
    user_id = signing.loads(token, salt=LEAVE_SALT)
    Customer.objects.filter(user=user_id).update(accepts_marketing=False)


def forget_old() -> None:
    """Nobody comes back to a cart of last month."""
    CartReminder.objects.filter(created_at__lte=timezone.now() - KEPT).delete()
