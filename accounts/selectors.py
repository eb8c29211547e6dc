"""What people see of themselves, and what they are here."""

from collections.abc import Iterable
from uuid import UUID

from constance import config
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Q, QuerySet

from accounts.models import Address, Seller, SellerMember, SellerRole, User
from accounts.permissions import COST_RIGHTS, MONEY_RIGHTS
from core.caching.values import cached

MINUTE = 60


def addresses_of(user: User) -> QuerySet[Address]:
    """The user's addresses, the default first. 1 query."""
    return Address.objects.filter(user=user).order_by("-is_default_shipping", "pk")


def address_of(user: User, address_id: UUID) -> Address:
    """
    One of the user's own addresses. 1 query.

    :raises Address.DoesNotExist: if it does not exist or belongs to another user
    """
    return Address.objects.get(user=user, pk=address_id)


def is_seller(user: User | AnonymousUser) -> bool:
    """Whether the person works for a seller. One query, once for each request's user."""
    if not user.is_authenticated:
        return False
    if user.works_for_a_seller is None:
        user.works_for_a_seller = SellerMember.objects.filter(user=user.pk).exists()
    return user.works_for_a_seller


def has_sellers() -> bool:
    """Whether there are other sellers than the shop, or people may apply. One query a minute."""
    return bool(config.MARKETPLACE) or cached("has_sellers", _has_others, MINUTE)


def _has_others() -> bool:
    return Seller.objects.filter(is_house=False).exists()


def is_within_reach(actor: User, other: User) -> bool:
    """
    Whether the other may do nothing that the actor may not. 1 query.

    Rights of a deactivated account count too: it can be activated again.
    """
    if actor.is_superuser or other.is_superuser:
        return actor.is_superuser
    held = Permission.objects.filter(Q(group__user=other) | Q(user=other)).values_list(
        "content_type__app_label", "codename"
    )
    return {f"{app}.{name}" for app, name in held} <= actor.get_all_permissions()


def sees_costs(user: User | AnonymousUser) -> bool:
    """Whether the person may know what goods cost, and what providers keep."""
    return any(user.has_perm(right) for right in COST_RIGHTS)


def sees_money(user: User | AnonymousUser) -> bool:
    """Whether the person may know what orders cost and how they were paid."""
    return any(user.has_perm(right) for right in MONEY_RIGHTS)


def seller_of(user: User) -> Seller:
    """Whom the person works for; the house for its own staff. At most two queries."""
    own = Seller.objects.filter(members__user=user).order_by("members__pk").first()
    return own or Seller.objects.house().get()


def owns(user: User | AnonymousUser, seller: Seller) -> bool:
    """Whether the person is the seller's owner. One query."""
    return seller.members.filter(user=user.pk, role=SellerRole.OWNER).exists()


def owners_of(seller: Seller) -> dict[str, str]:
    """The addresses that hear of a seller's money, each with its language. One query."""
    owners = seller.members.filter(role=SellerRole.OWNER, user__is_active=True)
    return _addresses(owners.select_related("user__customer"), seller)


def told_of(seller: Seller) -> dict[str, str]:
    """The addresses that hear of a seller's orders and returns, with their languages. One query."""
    members = seller.members.filter(wants_news=True, user__is_active=True)
    return _addresses(members.select_related("user__customer"), None)


def _addresses(members: Iterable[SellerMember], seller: Seller | None) -> dict[str, str]:
    found = {}
    for member in members:
        customer = getattr(member.user, "customer", None)
        language = customer.language if customer else ""
        found[member.user.email] = language or settings.LANGUAGE_CODE
    if not found and seller and seller.email:
        found[seller.email] = settings.LANGUAGE_CODE
    return found
