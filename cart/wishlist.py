"""What an account wants to remember: noted, listed, forgotten."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from cart.exceptions import WishlistFull
from cart.models import WishlistItem
from catalog.models import Product, Variant

MAX_WISHES = 200


def save(user: User, *variant_ids: UUID) -> None:
    """
    Note that this account wants the variants. Twice is once. 2 queries.

    :raises WishlistFull: if there is no room for so many more
    """
    wishes = WishlistItem.objects.filter(user=user).exclude(variant__in=variant_ids)
    if wishes.count() + len(variant_ids) > MAX_WISHES:
        raise WishlistFull(_("Your list is full. Please take something out of it first."))
    WishlistItem.objects.bulk_create(
        [WishlistItem(user=user, variant_id=variant_id) for variant_id in variant_ids],
        ignore_conflicts=True,
    )


def has(user: User, variant_id: UUID) -> bool:
    """Whether the account has noted the variant. 1 query."""
    return WishlistItem.objects.filter(user=user, variant=variant_id).exists()


def forget(user: User, variant_id: UUID) -> None:
    """Take the variant out of the account's list. Taking out what is gone changes nothing."""
    WishlistItem.objects.filter(user=user, variant=variant_id).delete()


def wanted_by(user: User) -> QuerySet[Variant]:
    """What the account wants of all that is on show, the newest wish first. 1 query."""
    shown = Variant.objects.filter(is_active=True, product__in=Product.objects.published())
    wished = shown.filter(wished_by__user=user).order_by("-wished_by__created_at", "pk")
    return wished.select_related("product__seller", "brand")
