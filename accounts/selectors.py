"""What people see of themselves."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Address, User


def addresses_of(user: User) -> QuerySet[Address]:
    """The user's addresses, the default first. 1 query."""
    return Address.objects.filter(user=user).order_by("-is_default_shipping", "pk")


def address_of(user: User, address_id: UUID) -> Address:
    """
    One of the user's own addresses. 1 query.

    :raises Address.DoesNotExist: if there is none, or it is somebody else's
    """
    return Address.objects.get(user=user, pk=address_id)
