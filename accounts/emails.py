"""What people hear of the keys to their accounts."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.devices import described
from accounts.models import Customer, User
from accounts.services import SignIn
from core.mail import message


class WayIn(NamedTuple):
    """A mail with one link; `link` names it in what allauth tells."""

    title: StrOrPromise
    text: StrOrPromise
    button: StrOrPromise
    link: str


_CONFIRM = WayIn(
    _("Confirm your e-mail address"),
    _("Press the button, so that we know that this address is yours."),
    _("Confirm the address"),
    "activate_url",
)
WAYS_IN = {
    "email_confirmation": _CONFIRM,
    "email_confirmation_signup": _CONFIRM,
    "password_reset_key": WayIn(
        _("Choose a new password"),
        _("Somebody, probably you, wants a new password for the account with this address."),
        _("Choose a new password"),
        "password_reset_url",
    ),
    "account_already_exists": WayIn(
        _("You have an account already"),
        _(
            "Somebody, probably you, wanted to create an account with this address. There is one: "
            "sign in with it, or choose a new password."
        ),
        _("Choose a new password"),
        "password_reset_url",
    ),
    "unknown_account": WayIn(
        _("There is no account with this address"),
        _(
            "Somebody, probably you, wanted a new password for an account with this address. We "
            "know none: maybe you used another address."
        ),
        _("Create an account"),
        "signup_url",
    ),
}
CHANGES = {
    "password_changed": _("The password of your account was changed."),
    "password_set": _("Your account has a password now."),
    "password_reset": _("Your account has a new password."),
    "email_changed": _("The e-mail address of your account was changed."),
    "email_confirm": _("The e-mail address of your account was confirmed."),
    "email_deleted": _("An e-mail address was taken out of your account."),
    "totp_activated": _("Two-step sign-in is on: signing in needs a code from your app."),
    "totp_deactivated": _("Two-step sign-in is off: your password alone opens your account."),
    "recovery_codes_generated": _("There are new recovery codes; the old ones no longer work."),
}


def send_sign_in_alert(user: User, seen: SignIn) -> None:
    """Somebody signed in from somewhere new: from what, from where, and what to do about it."""
    language = language_of(user)
    with translation.override(language):
        context = {
            "device": described(seen.user_agent),
            "ip": seen.ip,
            "at": timezone.now(),
            "sessions_link": message.absolute(reverse("storefront:account-sessions")),
            "password_link": message.absolute(reverse("account_reset_password")),
            "is_staff": user.is_staff,
        }
    message.queue("accounts/email/sign_in", to=user.email, language=language, context=context)


def send_account_mail(name: str, to: str, told: Mapping[str, Any]) -> None:
    """
    A mail of allauth's flows, by its name there, in our words.

    The language is the one that the reader chose, or that of their current page.
    """
    user = told.get("user")
    language = language_of(user) if user else translation.get_language() or settings.LANGUAGE_CODE
    if way := WAYS_IN.get(name):
        # allauth makes its links of the Host header, which anybody can write.
        context: dict[str, Any] = {
            "way": way,
            "link": message.absolute(urlsplit(told[way.link]).path),
        }
        message.queue("accounts/email/way_in", to=to, language=language, context=context)
    else:
        with translation.override(language):
            context = {
                "change": CHANGES[name],
                "device": described(told["user_agent"]),
                "ip": told["ip"],
                "at": told["timestamp"],
                "password_link": message.absolute(reverse("account_reset_password")),
            }
        message.queue("accounts/email/change", to=to, language=language, context=context)


def send_second_factor_reset(user: User, by: User) -> None:
    """A colleague has taken the second factor away: a new one is set up at the next sign-in."""
    context = {"by": by.get_full_name() or by.email, "is_staff": user.is_staff}
    message.queue(
        "accounts/email/second_factor_reset",
        to=user.email,
        language=language_of(user),
        context=context,
    )


def language_of(user: User) -> str:
    """The language that the person has chosen, or that of their current page."""
    chosen = Customer.objects.filter(user=user).values_list("language", flat=True).first()
    return chosen or translation.get_language() or settings.LANGUAGE_CODE
