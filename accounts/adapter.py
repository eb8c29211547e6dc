"""How allauth's flows fit this shop."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Keeps `User.email_verified` true to what allauth has seen confirmed."""

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Called once the owner of the address has proved it; the user's own flag follows."""
        is_confirmed = bool(super().confirm_email(request, email_address))
        user = email_address.user
        if is_confirmed and user.email.lower() == email_address.email.lower():
            user.email_verified = True
            user.save(update_fields=["email_verified"])
        return is_confirmed
