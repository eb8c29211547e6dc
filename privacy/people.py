"""Whom a request is about: an account, or an address that only wrote to the shop."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.crypto import salted_hmac

from accounts.models import User


@dataclass(frozen=True)
class Person:
    """A person: by account, or by e-mail address if there is none."""

    email: str
    user_id: UUID | None = None

    @property
    def emptied_email(self) -> str:
        """The address's placeholder after an erasure: one per account, deliverable to nobody."""
        return f"{self.user_id or fingerprint(self.email)[:32]}@erased.invalid"


def person_of(user: User) -> Person:
    return Person(user.email, UUID(str(user.pk)))


def person_with(email: str) -> Person:
    """The account with this address, or the bare address. One query."""
    user = User.objects.filter(email__iexact=email).first()
    return person_of(user) if user else Person(email)


def fingerprint(email: str) -> str:
    """Tells addresses apart and gives none away: it needs the shop's own secret."""
    return salted_hmac("privacy", email.strip().lower(), algorithm="sha256").hexdigest()
