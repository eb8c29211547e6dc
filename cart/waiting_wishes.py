"""What visitors want to save for later: it waits in their session until they sign in."""

from collections.abc import MutableMapping
from typing import Any

from accounts.models import User
from cart import wishlist
from catalog.models import Variant

# Login and sign-up name the latest: templates/shop/account/_waiting_wish.html.
KEY = "wishes"
MAX = 20


def wait(session: MutableMapping[str, Any], variant: Variant) -> None:
    """Remember the variant until this session signs in; beyond the limit the oldest is dropped."""
    others = [wish for wish in session.get(KEY, []) if wish["sku"] != variant.sku]
    session[KEY] = [*others, {"sku": variant.sku, "name": variant.product.name}][-MAX:]


def save(session: MutableMapping[str, Any], user: User) -> list[str]:
    """
    Put what waits into the account's list; gives the names. What is gone meanwhile is left out.

    :raises WishlistFull: if there is no room for all of it
    """
    skus = [wish["sku"] for wish in session.get(KEY, [])]
    variants = list(Variant.objects.filter(sku__in=skus).select_related("product"))
    if variants:
        wishlist.save(user, *(variant.pk for variant in variants))
    session.pop(KEY, None)
    return list(dict.fromkeys(variant.product.name for variant in variants))
