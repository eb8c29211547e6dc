"""Abandoned carts: which are due for a reminder, and the signed links in its mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from constance import config
from django.conf import settings
from django.core import signing
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import consents
from accounts.models import ConsentPurpose
from cart.models import Cart, CartReminder, CartStatus, ReminderConsent
from cart.store import LineKey, StoredLine
from core.locks import advisory_lock
from orders.buyer_fingerprint import identity_of
from orders.selectors import has_ordered

SALT = "cart.abandoned"
UNSUBSCRIBE_SALT = "cart.abandoned.leave"
RETENTION = timedelta(days=30)
# No second reminder to the same person within this time.
REMINDER_GAP = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who gets the reminder. The shop has no name of a guest."""

    email: str
    language: str
    name: str = ""

    @property
    def fingerprint(self) -> str:
        """A fingerprint of the e-mail address, the same for every spelling."""
        return salted_hmac(SALT, identity_of(self.email), algorithm="sha256").hexdigest()


def give_consent(cart_id: UUID, *, email: str, language: str) -> None:
    """Record a guest's consent to a reminder of this cart; a later address replaces it."""
    if Cart.objects.filter(pk=cart_id, status=CartStatus.ACTIVE, user=None).exists():
        ReminderConsent.objects.update_or_create(
            cart_id=cart_id, defaults={"email": email, "language": language}
        )
        consents.record(ConsentPurpose.CART_REMINDER, email=email, is_given=True, place="checkout")


def withdraw_consent(cart_id: UUID, *, email: str) -> None:
    """Record that the guest no longer wants a reminder."""
    consents.record(ConsentPurpose.CART_REMINDER, email=email, is_given=False, place="checkout")
    delete_consent(cart_id)


def delete_consent(cart_id: UUID) -> None:
    """Delete the address that was left for this cart. Idempotent."""
    ReminderConsent.objects.filter(cart=cart_id).delete()


def agreed_email(cart_id: UUID) -> str:
    """The e-mail address that a guest left for this cart, or empty. 1 query."""
    left = ReminderConsent.objects.filter(cart=cart_id)
    return left.values_list("email", flat=True).first() or ""


def due_carts(now: datetime, most: int = 200) -> QuerySet[Cart]:
    """
    Carts unused for ABANDONED_CART_HOURS, the oldest first. 1 query.

    Only of accounts that accept news, and of guests who agreed for this cart.
    """
    touched_before = timedelta(hours=config.CART_HOURS - config.ABANDONED_CART_HOURS)
    abandoned = Cart.objects.filter(
        Q(user=None, consent__isnull=False)
        | Q(user__is_active=True, user__customer__accepts_marketing=True),
        status=CartStatus.ACTIVE,
        expires_at__gt=now,
        expires_at__lte=now + touched_before,
        reminder=None,
    )
    return abandoned.select_related("user__customer", "consent").order_by("expires_at")[:most]


def recipient_of(cart: Cart) -> Recipient:
    if cart.user is None:
        return Recipient(email=cart.consent.email, language=cart.consent.language)
    language = cart.user.customer.language or settings.LANGUAGE_CODE
    return Recipient(email=cart.user.email, language=language, name=cart.user.first_name)


def record_reminder(
    cart: Cart, recipient: Recipient, lines: Mapping[LineKey, StoredLine]
) -> CartReminder | None:
    """
    Record the reminder of these lines, in the caller's transaction.

    None if no mail is due: no lines, the cart was reminded of or is being ordered, the recipient
    got another reminder some days ago, or has ordered since this cart began. Such a cart is not
    considered again; a guest's address is deleted either way.
    """
    active = Cart.objects.filter(pk=cart.pk, status=CartStatus.ACTIVE)
    ours = active.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
    if ours is None or CartReminder.objects.filter(cart=cart.pk).exists():
        return None
    delete_consent(cart.pk)
    if (
        not lines
        or _reminded_lately(recipient)
        or has_ordered(recipient.email, since=cart.created_at)
    ):
        CartReminder.objects.create(cart=cart)
        return None
    stored = [{"line": str(key), "quantity": line.quantity} for key, line in lines.items()]
    return CartReminder.objects.create(cart=cart, lines=stored, reader=recipient.fingerprint)


def _reminded_lately(recipient: Recipient) -> bool:
    """One worker at a time for each recipient, until the transaction ends. 2 queries."""
    advisory_lock("cart reminder", recipient.fingerprint)
    sent = CartReminder.objects.filter(reader=recipient.fingerprint)
    return sent.filter(created_at__gt=timezone.now() - REMINDER_GAP).exists()


def reminder_token(reminder: CartReminder) -> str:
    return signing.dumps(str(reminder.pk), salt=SALT)


def reminded_lines(token: str) -> dict[LineKey, int]:
    """
    The lines of the cart that a link names; empty if they were deleted. 1 query.

    :raises BadSignature: if the link is forged, or too old
    """
    reminder = CartReminder.objects.filter(
        pk=signing.loads(token, salt=SALT, max_age=RETENTION)
    ).first()
    lines = reminder.lines if reminder else []
    return {LineKey.parse(entry["line"]): entry["quantity"] for entry in lines}


def unsubscribe_token(recipient: Recipient) -> str:
    return signing.dumps(recipient.email, salt=UNSUBSCRIBE_SALT)


def unsubscribe(token: str) -> None:
    """
    Stop news and reminders to the address of a signed link, of accounts and guests. Idempotent.

    :raises BadSignature: if the link is forged
    """
    email = signing.loads(token, salt=UNSUBSCRIBE_SALT)
    consents.unsubscribe_from_news(email, place="link in a mail")
    consents.record(
        ConsentPurpose.CART_REMINDER, email=email, is_given=False, place="link in a mail"
    )
    ReminderConsent.objects.filter(email__iexact=email).delete()


def delete_old() -> None:
    """Delete old reminders, and guests' addresses of carts that are closed."""
    CartReminder.objects.filter(created_at__lte=timezone.now() - RETENTION).delete()
    ReminderConsent.objects.exclude(cart__status=CartStatus.ACTIVE).delete()
