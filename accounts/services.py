"""What people change about themselves."""

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import consents
from accounts.models import Address, User


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
