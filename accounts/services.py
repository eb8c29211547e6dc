"""What people change about themselves, and what the shop notes of their signing in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import consents
from accounts.models import Address, KnownDevice, User

# If two requests create it at once, the second one finds it.
OPEN_ACCOUNT = """
WITH person AS (
    INSERT INTO accounts_user
        (email, password, first_name, last_name, phones, national_id,
         is_superuser, email_verified, is_staff, is_active)
    VALUES (%(email)s, %(password)s, %(first_name)s, %(last_name)s, '{}', '',
            false, false, false, true)
    ON CONFLICT DO NOTHING
    RETURNING id
)
INSERT INTO accounts_customer (user_id, language, accepts_marketing, notes)
SELECT id, %(language)s, false, '' FROM person
"""


@dataclass(frozen=True)
class SignIn:
    """From where somebody signs in."""

    device: UUID
    ip: str
    user_agent: str


def account_of_guest(email: str, *, first_name: str, last_name: str, language: str) -> User:
    """
    The account of the address; a new one without password, with these names, if there is none.

    An account that exists is left as it is. At most 3 queries.
    """
    if known := _by_email(email).first():
        return known
    values = {
        "email": User.objects.normalize_email(email).strip(),
        "password": make_password(None),
        "first_name": first_name,
        "last_name": last_name,
        "language": language,
    }
    with connection.cursor() as cursor:
        cursor.execute(OPEN_ACCOUNT, values)
    return _by_email(values["email"]).get()


def _by_email(email: str) -> QuerySet[User]:
    return User.objects.filter(email__iexact=email)


def save_profile(user: User, *, phone: str, accepts_marketing: bool, **fields: Any) -> None:
    """Write a user's own facts. The first phone is the one given, the others stay."""
    consents.accept_news(user, is_given=accepts_marketing, place="profile")
    for name, value in fields.items():
        setattr(user, name, value)
    user.phones = [phone, *user.phones[1:]] if phone else user.phones[1:]
    user.save(update_fields=[*fields, "phones"])


@transaction.atomic
def save_address(user: User, fields: dict[str, Any], *, address_id: UUID | None = None) -> Address:
    """
    Write a new address, or one of the user's own. A default takes the place of the old default.

    :raises Address.DoesNotExist: if the address is not the user's
    """
    User.objects.select_for_update().get(pk=user.pk)
    own = Address.objects.filter(user=user)
    address = own.get(pk=address_id) if address_id else Address(user=user)
    for flag in ("is_default_shipping", "is_default_billing"):
        if fields.get(flag) or not own.exists():
            fields[flag] = True
            own.filter(**{flag: True}).update(**{flag: False})
    for name, value in fields.items():
        setattr(address, name, value)
    address.save()
    return address


def delete_address(user: User, address_id: UUID) -> None:
    """Forget one of the user's addresses; one that is not theirs stays as it is."""
    Address.objects.filter(user=user, pk=address_id).delete()


def note_sign_in(user: User, seen: SignIn) -> bool:
    """
    Record the device of a sign-in; True if the person is to be notified.

    Staff hear of each new device and each new address of the network, customers of a new device
    only, and not of the one on which they opened their account.
    """
    known = list(KnownDevice.objects.filter(user=user).values_list("device", "ip"))
    KnownDevice.objects.update_or_create(
        user=user,
        device=seen.device,
        ip=seen.ip,
        defaults={"user_agent": seen.user_agent[:200], "seen_at": timezone.now()},
    )
    is_new_device = seen.device not in {device for device, _ip in known}
    if user.is_staff:
        return is_new_device or seen.ip not in {ip for _device, ip in known}
    return bool(known) and is_new_device
