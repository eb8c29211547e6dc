"""What people hear of the keys to their accounts."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.devices import described
from accounts.models import Customer, User
from accounts.services import SignIn
from core import mail


def send_sign_in_alert(user: User, seen: SignIn) -> None:
    """Somebody signed in from somewhere new: from what, from where, and what to do about it."""
    language = language_of(user)
    with translation.override(language):
        context = {
            "device": described(seen.user_agent),
            "ip": seen.ip,
            "at": timezone.now(),
            "sessions_link": mail.absolute(reverse("storefront:account-sessions")),
            "password_link": mail.absolute(reverse("account_reset_password")),
            "is_staff": user.is_staff,
        }
    mail.queue("accounts/email/sign_in", to=user.email, language=language, context=context)


def send_second_factor_reset(user: User, by: User) -> None:
    """A colleague has taken the second factor away: a new one is set up at the next sign-in."""
    context = {"by": by.get_full_name() or by.email, "is_staff": user.is_staff}
    mail.queue(
        "accounts/email/second_factor_reset",
        to=user.email,
        language=language_of(user),
        context=context,
    )


def language_of(user: User) -> str:
    """The language the person has chosen, or that of the page he is on."""
    chosen = Customer.objects.filter(user=user).values_list("language", flat=True).first()
    return chosen or translation.get_language() or settings.LANGUAGE_CODE
