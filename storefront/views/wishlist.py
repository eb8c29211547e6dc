"""
Favourites: hearts on cards and products, the account's list, and the list of guests.

Guests have theirs in the browser until they sign in. Without scripts they sign in first.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from cart import waiting_wishes, wishlist
from cart.selectors import options_of, pictures_of
from catalog import selectors as catalog
from catalog.models import Variant
from core.exceptions import DomainError
from core.web.csrf_by_origin import same_origin
from core.web.http import wants_json
from storefront.presenters import variant_card

PER_PAGE = 24
# As many as static/js/device.js keeps.
MAX_OF_GUEST = 50


@same_origin
@never_cache
@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """Save the variant; with `remove`, remove its product. Guests are asked to sign in first."""
    variant = _variant(request.POST)
    user = request.user
    if not isinstance(user, User):
        waiting_wishes.add(request.session, variant)
        return redirect_to_login(reverse("storefront:account-wishlist"))
    try:
        text = _change(user, variant, is_removed=bool(request.POST.get("remove")))
    except DomainError as refusal:
        if wants_json(request):
            return JsonResponse({"error": str(refusal)}, status=HTTPStatus.CONFLICT)
        messages.error(request, str(refusal))
    else:
        if wants_json(request):
            return JsonResponse({"saved": wishlist.slugs_of(user), "text": text})
        messages.success(request, text)
    return redirect("storefront:account-wishlist")


def _change(user: User, variant: Variant, *, is_removed: bool) -> str:
    if is_removed:
        wishlist.remove_product(user, variant.product_id)
        return _("Removed from your favourites.")
    wishlist.save(user, variant.pk)
    return _("Saved to your favourites.")


@same_origin
@never_cache
@require_POST
def merge(request: HttpRequest) -> HttpResponse:
    """What the browser kept before its owner signed in joins the account's list."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    added = wishlist.merge(request.user, _skus(request.POST.getlist("variant")))
    text = _("Your favourites are in your account now.") if added else None
    return JsonResponse({"saved": wishlist.slugs_of(request.user), "text": text})


@never_cache
@require_safe
def guest_page(request: HttpRequest) -> HttpResponse:
    """The list of a guest, which only their browser knows: it asks for `items`."""
    if request.user.is_authenticated:
        return redirect("storefront:account-wishlist")
    return render(request, "storefront/favourites.html")


@cache_control(public=True, max_age=60)
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """Cards of the variants that the address names. The same for everybody."""
    cards = _cards(catalog.visible_variants(_skus(request.GET.getlist("v"))))
    return render(request, "storefront/_favourites.html", {"wishes": cards})


def _skus(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if "\0" not in text][:MAX_OF_GUEST]


@never_cache
@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    saved = wishlist.wanted_by(cast("User", request.user))
    rows = Paginator(saved, PER_PAGE).get_page(request.GET.get("page"))
    context = {"wishes": _cards(list(rows)), "page": rows}
    return render(request, "account/wishlist.html", context)


def _cards(variants: Sequence[Variant]) -> list[dict[str, Any]]:
    """A card of each variant, with its options. 2 queries, none without variants."""
    if not variants:
        return []
    pictures = pictures_of(variants)
    options = options_of([variant.pk for variant in variants])
    return [
        variant_card(variant)
        | {
            "picture": pictures.get(variant.pk),
            "options": " · ".join(options.get(variant.pk, {}).values()),
        }
        for variant in variants
    ]


@never_cache
@login_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    wishlist.remove(cast("User", request.user), _variant(request.POST).pk)
    messages.success(request, _("Removed from your favourites."))
    return redirect("storefront:account-wishlist")


def _variant(typed: Mapping[str, str]) -> Variant:
    sku = typed.get("variant", "").replace("\0", "")
    variant: Variant = get_object_or_404(Variant.objects.select_related("product"), sku=sku)
    return variant
