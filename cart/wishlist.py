"""An account's wishlist."""

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
    Add the variants to the account's list. Idempotent. 2 queries.

    :raises WishlistFull: if there is no room for them
    """
    wishes = WishlistItem.objects.filter(user=user).exclude(variant__in=variant_ids)
    if wishes.count() + len(variant_ids) > MAX_WISHES:
        raise WishlistFull(_("Your list is full. Please remove something first."))
    WishlistItem.objects.bulk_create(
        [WishlistItem(user=user, variant_id=variant_id) for variant_id in variant_ids],
        ignore_conflicts=True,
    )


def has(user: User, variant_id: UUID) -> bool:
    """Whether the variant is on the account's list. 1 query."""
    return WishlistItem.objects.filter(user=user, variant=variant_id).exists()


def remove(user: User, variant_id: UUID) -> None:
    """Remove the variant from the account's list. Idempotent."""
    WishlistItem.objects.filter(user=user, variant=variant_id).delete()


def wanted_by(user: User) -> QuerySet[Variant]:
    """The account's wishes that are published, the newest first. 1 query."""
    shown = Variant.objects.filter(is_active=True, product__in=Product.objects.published())
    wished = shown.filter(wished_by__user=user).order_by("-wished_by__created_at", "pk")
    return wished.select_related("product__seller", "brand")
