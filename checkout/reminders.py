"""A guest's consent to a reminder of an abandoned checkout."""

from uuid import UUID

from constance import config
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.models import User
from cart import abandoned
from cart.cookies import cart_id_of
from checkout.forms import CheckoutForm
from core.web.throttle import allows, place_of

HOUR = 3600


def offers_reminder(user: User | None) -> bool:
    """Whether to ask at all: an account has said in its profile what it wants."""
    return user is None and bool(config.ABANDONED_CART_HOURS)


def agreed_email(cart_id: UUID | None, user: User | None) -> str:
    """The e-mail address that a guest left for this cart, or empty. At most 1 query."""
    return abandoned.agreed_email(cart_id) if cart_id and offers_reminder(user) else ""


def record_choice(request: HttpRequest, form: CheckoutForm) -> None:
    """Store the consent of the box beside the email field; nothing if it was not shown."""
    user = request.user if isinstance(request.user, User) else None
    cart_id = cart_id_of(request)
    if cart_id is None or not offers_reminder(user):
        return
    email, known = form.typed("email").strip(), abandoned.agreed_email(cart_id)
    if not form.wants_reminder:
        if known:
            abandoned.withdraw_consent(cart_id, email=known)
        return
    # The limit is on sign-ups with other people's addresses.
    place = f"remind:{place_of(request)}"
    if email != known and _is_address(email) and allows(place, most=20, seconds=HOUR):
        language = get_language() or settings.LANGUAGE_CODE
        abandoned.give_consent(cart_id, email=email, language=language)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
