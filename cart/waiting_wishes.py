"""Wishes of visitors, in their session until they sign in."""

from collections.abc import MutableMapping
from typing import Any

from accounts.models import User
from cart import wishlist
from catalog.models import Variant

# Login and sign-up name the latest: templates/shop/account/_waiting_wish.html.
KEY = "wishes"
MAX_WISHES = 20


def add(session: MutableMapping[str, Any], variant: Variant) -> None:
    """Store the variant in the session; beyond the limit the oldest is dropped."""
    others = [wish for wish in session.get(KEY, []) if wish["sku"] != variant.sku]
    session[KEY] = [*others, {"sku": variant.sku, "name": variant.product.name}][-MAX_WISHES:]


def save(session: MutableMapping[str, Any], user: User) -> list[str]:
    """
    Move the wishes to the account's list; returns the names. Deleted products are left out.

    :raises WishlistFull: if there is no room for all of it
    """
    skus = [wish["sku"] for wish in session.get(KEY, [])]
    variants = list(Variant.objects.filter(sku__in=skus).select_related("product"))
    if variants:
        wishlist.save(user, *(variant.pk for variant in variants))
    session.pop(KEY, None)
    return list(dict.fromkeys(variant.product.name for variant in variants))
