"""Saving things for later: a button on the product's page, a list in the account."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from cart import waiting_wishes, wishlist
from cart.selectors import options_of, pictures_of
from catalog.models import Variant
from core.exceptions import DomainError
from core.web.csrf_by_origin import same_origin
from core.web.http import HtmxHttpRequest
from storefront.presenters import variant_card

PER_PAGE = 24


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HtmxHttpRequest) -> HttpResponse:
    """The button of a page that is the same for everybody: asked by GET, pressed by POST."""
    return _save(request) if request.method == "POST" else _look(request)


def _look(request: HtmxHttpRequest) -> HttpResponse:
    """The button as who saved the variant has it; nothing to swap for anybody else. 2 queries."""
    if not isinstance(request.user, User):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    variant = _variant(request.GET)
    if not wishlist.has(request.user, variant.pk):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "storefront/_wish.html", {"variant": variant, "is_saved": True})


def _save(request: HtmxHttpRequest) -> HttpResponse:
    """Save for later; who is not signed in is asked to, and then it is saved."""
    variant = _variant(request.POST)
    if not isinstance(request.user, User):
        waiting_wishes.add(request.session, variant)
        page = redirect_to_login(reverse("storefront:account-wishlist"))
        return HttpResponseClientRedirect(page.url) if request.htmx else page
    try:
        wishlist.save(request.user, variant.pk)
    except DomainError as refusal:
        return _answer(request, variant, str(refusal))
    return _answer(request, variant, "")


def _answer(request: HtmxHttpRequest, variant: Variant, problem: str) -> HttpResponse:
    if request.htmx:
        is_new = not problem
        context = {"variant": variant, "is_saved": is_new, "is_new": is_new, "problem": problem}
        return render(request, "storefront/_wish.html", context)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, _("Saved for later."))
    return redirect("storefront:account-wishlist")


@never_cache
@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    saved = wishlist.wanted_by(cast("User", request.user))
    rows = Paginator(saved, PER_PAGE).get_page(request.GET.get("page"))
    context = {"wishes": _cards(list(rows)), "page": rows}
    return render(request, "account/wishlist.html", context)


def _cards(variants: Sequence[Variant]) -> list[dict[str, Any]]:
    """A card of each variant, with its SKU and options. 2 queries."""
    pictures = pictures_of(variants)
    options = options_of([variant.pk for variant in variants])
    return [
        variant_card(variant)
        | {
            "picture": pictures.get(variant.pk),
            "sku": variant.sku,
            "options": " · ".join(options.get(variant.pk, {}).values()),
        }
        for variant in variants
    ]


@never_cache
@login_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    wishlist.remove(cast("User", request.user), _variant(request.POST).pk)
    messages.success(request, _("Removed from your list."))
    return redirect("storefront:account-wishlist")


def _variant(typed: Mapping[str, str]) -> Variant:
    sku = typed.get("variant", "").replace("\0", "")
    variant: Variant = get_object_or_404(Variant.objects.select_related("product"), sku=sku)
    return variant
