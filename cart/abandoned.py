"""Carts that were left lying: which, what lay in them, and the links in the mail about them."""

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
LEAVE_SALT = "cart.abandoned.leave"
KEPT = timedelta(days=30)
# No second reminder to the same person within this time.
QUIET = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who is told of a cart. A guest is not greeted by name: the shop keeps none."""

    email: str
    language: str
    name: str = ""

    @property
    def fingerprint(self) -> str:
        """A fingerprint of the e-mail address, the same for every spelling."""
        return salted_hmac(SALT, identity_of(self.email), algorithm="sha256").hexdigest()


def agree(cart_id: UUID, *, email: str, language: str) -> None:
    """Note that a guest may be written to about this cart; a later address takes its place."""
    if Cart.objects.filter(pk=cart_id, status=CartStatus.ACTIVE, user=None).exists():
        ReminderConsent.objects.update_or_create(
            cart_id=cart_id, defaults={"email": email, "language": language}
        )
        consents.note(ConsentPurpose.CART_REMINDER, email=email, is_given=True, place="checkout")


def take_back(cart_id: UUID, *, email: str) -> None:
    """The guest does not want to be written to after all."""
    consents.note(ConsentPurpose.CART_REMINDER, email=email, is_given=False, place="checkout")
    forget(cart_id)


def forget(cart_id: UUID) -> None:
    """Forget the address that was left for this cart. Twice is once."""
    ReminderConsent.objects.filter(cart=cart_id).delete()


def agreed_email(cart_id: UUID) -> str:
    """The e-mail address that a guest left for this cart, or empty. 1 query."""
    left = ReminderConsent.objects.filter(cart=cart_id)
    return left.values_list("email", flat=True).first() or ""


def due(now: datetime, most: int = 200) -> QuerySet[Cart]:
    """
    Carts that nobody has touched for the hours of the setting, the oldest first. 1 query.

    Only of accounts that accept news, and of guests who agreed for this very cart.
    """
    touched_before = timedelta(hours=config.CART_HOURS - config.ABANDONED_CART_HOURS)
    lying = Cart.objects.filter(
        Q(user=None, consent__isnull=False)
        | Q(user__is_active=True, user__customer__accepts_marketing=True),
        status=CartStatus.ACTIVE,
        expires_at__gt=now,
        expires_at__lte=now + touched_before,
        reminder=None,
    )
    return lying.select_related("user__customer", "consent").order_by("expires_at")[:most]


def reader_of(cart: Cart) -> Reader:
    """Whom to tell of a cart that is due."""
    if cart.user is None:
        return Reader(email=cart.consent.email, language=cart.consent.language)
    language = cart.user.customer.language or settings.LANGUAGE_CODE
    return Reader(email=cart.user.email, language=language, name=cart.user.first_name)


def note(cart: Cart, reader: Reader, lines: Mapping[LineKey, StoredLine]) -> CartReminder | None:
    """
    Write down that the reader is told of these lines, in the caller's transaction.

    None if there is nothing to tell: no lines, the cart was told of or is being ordered, the reader
    heard of another cart some days ago, or has ordered since this one began. Nobody looks at the
    cart again then, and a guest's address is forgotten either way.
    """
    active = Cart.objects.filter(pk=cart.pk, status=CartStatus.ACTIVE)
    ours = active.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
    if ours is None or CartReminder.objects.filter(cart=cart.pk).exists():
        return None
    forget(cart.pk)
    if not lines or _heard_lately(reader) or has_ordered(reader.email, since=cart.created_at):
        CartReminder.objects.create(cart=cart)
        return None
    kept = [{"line": str(key), "quantity": line.quantity} for key, line in lines.items()]
    return CartReminder.objects.create(cart=cart, lines=kept, reader=reader.fingerprint)


def _heard_lately(reader: Reader) -> bool:
    """One worker at a time for each reader, until the transaction ends. 2 queries."""
    advisory_lock("cart reminder", reader.fingerprint)
    told = CartReminder.objects.filter(reader=reader.fingerprint)
    return told.filter(created_at__gt=timezone.now() - QUIET).exists()


def token_of(reminder: CartReminder) -> str:
    """Proof that its bearer was told of this cart."""
    return signing.dumps(str(reminder.pk), salt=SALT)


def lines_of(token: str) -> dict[LineKey, int]:
    """
    What lay in the cart that a link speaks of; empty if it is not kept any more. 1 query.

    :raises BadSignature: if the link is forged, or too old
    """
    reminder = CartReminder.objects.filter(pk=signing.loads(token, salt=SALT, max_age=KEPT)).first()
    kept = reminder.lines if reminder else []
    return {LineKey.parse(entry["line"]): entry["quantity"] for entry in kept}


def leave_token_of(reader: Reader) -> str:
    """Proof that its bearer reads this address's mails."""
    return signing.dumps(reader.email, salt=LEAVE_SALT)


def leave(token: str) -> None:
    """
    The address of a signed link gets no more news: not its account, nor a guest who left it.

    Twice is once.

    :raises BadSignature: if the link is forged
    """
    email = signing.loads(token, salt=LEAVE_SALT)
    consents.leave_news(email, place="link in a mail")
    consents.note(ConsentPurpose.CART_REMINDER, email=email, is_given=False, place="link in a mail")
    ReminderConsent.objects.filter(email__iexact=email).delete()


def forget_old() -> None:
    """Nobody comes back to a cart of last month, and what is over needs no guest's address."""
    CartReminder.objects.filter(created_at__lte=timezone.now() - KEPT).delete()
    ReminderConsent.objects.exclude(cart__status=CartStatus.ACTIVE).delete()
