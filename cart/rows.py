"""The cart's database row: owner, expiry, and the order that it became."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from constance import config
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from cart.exceptions import CartOrdered
from cart.models import Cart, CartStatus
from core.database import prepared

# A browser is recognised by its carts of this many orders back.
MAX_CARTS_SINCE = 20
# Losing this row in a crash is fine: the next cart change writes it again.
WRITE_ROW = """
INSERT INTO cart_cart (id, user_id, status, email, expires_at)
VALUES (%(cart)s, %(user)s, 'active', '', %(expires_at)s)
ON CONFLICT (id) DO UPDATE
SET user_id = EXCLUDED.user_id, expires_at = EXCLUDED.expires_at, status = EXCLUDED.status
WHERE cart_cart.status <> 'ordered'
RETURNING set_config('synchronous_commit',
    COALESCE(%(commits)s, current_setting('synchronous_commit')), true)
"""
MARK_ORDERED = """
UPDATE cart_cart SET status = 'ordered', "order" = %(order)s, email = %(email)s
WHERE id = %(cart)s
RETURNING id
"""


def next_cart(cart_id: UUID) -> UUID:
    """The cart that follows an ordered one: the same for every tab of its browser."""
    return uuid5(cart_id, "next")


def comes_after(cart_id: UUID, ordered: UUID) -> bool:
    """Whether this cart is the ordered one or one of its successors."""
    for _step in range(MAX_CARTS_SINCE):
        if ordered == cart_id:
            return True
        ordered = next_cart(ordered)
    return False


def new_expiry() -> datetime:
    """When a cart that is used now expires: in Redis, in its row and in the browser."""
    return timezone.now() + timedelta(hours=config.CART_HOURS)


@contextmanager
def renewed_row(cart_id: UUID, user: User | None, until: datetime) -> Iterator[None]:
    """
    Renew the row and hold its lock: an order reads the lines under this lock.

    :raises CartOrdered: if it has become an order
    """
    # Inside a larger transaction the commit follows that one's setting.
    commits = None if user or connection.in_atomic_block else "off"
    with transaction.atomic():
        _upsert(cart_id, user, until, commits)
        yield


def lock(cart_id: UUID, user: User | None) -> Cart:
    """The cart's row, created if missing and locked until the transaction ends."""
    rows = Cart.objects.select_for_update().filter(pk=cart_id)
    row = rows.first()
    if row is None:
        _upsert(cart_id, user, new_expiry(), None)
        row = rows.get()
    return row


def is_ordered(cart_id: UUID) -> bool:
    return Cart.objects.filter(pk=cart_id, status=CartStatus.ORDERED).exists()


def mark_ordered(cart_id: UUID, order_id: UUID, email: str) -> None:
    """Mark the cart as ordered, in the transaction that places the order."""
    prepared.run(MARK_ORDERED, {"cart": cart_id, "order": order_id, "email": email})


def _upsert(cart_id: UUID, user: User | None, until: datetime, commits: str | None) -> None:
    """Write the row, in a transaction; another active cart of this account becomes merged."""
    if user:
        # A second device waits here instead of violating the unique constraint.
        list(User.objects.select_for_update(no_key=True).filter(pk=user.pk).only("pk"))
        active = Cart.objects.filter(user=user, status=CartStatus.ACTIVE)
        active.exclude(pk=cart_id).update(status=CartStatus.MERGED)
    row = {"cart": cart_id, "user": user and user.pk, "expires_at": until, "commits": commits}
    if prepared.run(WRITE_ROW, row) is None:
        raise CartOrdered(next_cart(cart_id))
