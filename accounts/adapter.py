"""How allauth's flows fit this shop."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accounts import devices, emails, services, sessions
from accounts.models import User
from core.web.throttle import place_of

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Keeps `User.email_verified` true to what allauth has seen confirmed."""

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Called once the owner of the address has proved it; the user's own flag follows."""
        is_confirmed = bool(super().confirm_email(request, email_address))
        user = email_address.user
        if is_confirmed and user.email.lower() == email_address.email.lower():
            user.email_verified = True
            user.save(update_fields=["email_verified"])
        return is_confirmed

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Of all that is wrong with a password, the first is said: one thing to mend at a time."""
        try:
            return str(super().clean_password(password, user))
        except ValidationError as refusal:
            raise refusal.error_list[0] from refusal

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The mails of allauth's flows look and speak like the shop's others."""
        emails.send_account_mail(template_prefix.rsplit("/", 1)[-1], email, context)

    def send_account_already_exists_mail(self, email: str) -> None:
        """
        Who signs up with a known address learns it by mail alone: not by how long the answer
        takes, most of which is the hash of the new account's password.
        """
        make_password(email)
        super().send_account_already_exists_mail(email)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Mails about a change are in the language that the person has chosen."""
        super().send_notification_mail(
            template_prefix, user, {**(context or {}), "user": user}, email
        )

    def login(self, request: HttpRequest, user: User) -> None:
        """Called once every step of signing in is passed, the second factor too."""
        super().login(request, user)
        sessions.begin(request.session)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """
        Log a failed sign-in with its network address, without the typed password.

        The account appears as a fingerprint, the same for the same email address.
        """
        super().authentication_failed(request, **credentials)
        typed = str(credentials.get("email") or credentials.get("username") or "")
        whom = salted_hmac("sign-in", typed.strip().lower(), algorithm="sha256").hexdigest()[:16]
        logger.warning("Sign-in failed: from %s, into %s", place_of(request), whom)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Mail the account's owner when somebody signs in from an unknown device."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        seen = services.SignIn(
            device=devices.remember(response, devices.device_of(request)),
            ip=self.get_client_ip(request),
            user_agent=self.get_http_user_agent(request),
        )
        if services.note_sign_in(user, seen):
            emails.send_sign_in_alert(user, seen)
        return response


class SecondFactorAdapter(DefaultMFAAdapter):
    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff of a real shop keep theirs; a colleague who may can take a lost one away."""
        is_held = authenticator.user.is_staff and authenticator.type == Authenticator.Type.TOTP
        return settings.DEMO or not is_held
