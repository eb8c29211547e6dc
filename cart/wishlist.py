"""An account's wishlist."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from cart.exceptions import WishlistFull
from cart.models import WishlistItem
from catalog.models import Product, Variant
from catalog.selectors import visible_variants

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


def merge(user: User, skus: Sequence[str]) -> int:
    """
    Add the visible variants of these SKUs, the first ones first, as far as there is room.

    Products of which the list has a variant are left out, so it is idempotent. Returns how many
    were added. 5 queries.
    """
    saved = set(slugs_of(user))
    new = [each.pk for each in visible_variants(skus) if each.product.slug not in saved]
    added = new[: max(0, MAX_WISHES - WishlistItem.objects.filter(user=user).count())]
    save(user, *added)
    return len(added)


def remove(user: User, variant_id: UUID) -> None:
    """Remove the variant from the account's list. Idempotent."""
    WishlistItem.objects.filter(user=user, variant=variant_id).delete()


def remove_product(user: User, product_id: UUID) -> None:
    """Remove all variants of the product from the account's list. Idempotent."""
    WishlistItem.objects.filter(user=user, variant__product=product_id).delete()


def slugs_of(user: User) -> list[str]:
    """The products on the account's list that are visible. 1 query."""
    saved = _shown().filter(wished_by__user=user).order_by("product__slug")
    return list(saved.values_list("product__slug", flat=True).distinct())


def wanted_by(user: User) -> QuerySet[Variant]:
    """The account's wishes that are visible, the newest first. 1 query."""
    wished = _shown().filter(wished_by__user=user).order_by("-wished_by__created_at", "pk")
    return wished.select_related("product__seller", "brand")


def _shown() -> QuerySet[Variant]:
    return Variant.objects.filter(is_active=True, product__in=Product.objects.published())
