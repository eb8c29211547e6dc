"""What people see of themselves, and what they are here."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import Address, SellerMember, User


def addresses_of(user: User) -> QuerySet[Address]:
    """The user's addresses, the default first. 1 query."""
    return Address.objects.filter(user=user).order_by("-is_default_shipping", "pk")


def address_of(user: User, address_id: UUID) -> Address:
    """
    One of the user's own addresses. 1 query.

    :raises Address.DoesNotExist: if there is none, or it is somebody else's
    """
    return Address.objects.get(user=user, pk=address_id)


def is_seller(user: User | AnonymousUser) -> bool:
    """Whether the person works for a seller. One query, once for each request's user."""
    if not user.is_authenticated:
        return False
    if user.works_for_a_seller is None:
        user.works_for_a_seller = SellerMember.objects.filter(user=user.pk).exists()
    return user.works_for_a_seller
