"""Lists of products: by family, category, brand and seller."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from accounts.models import Seller, SellerStatus
from catalog import selectors as catalog
from catalog.models import Brand, Category, Family
from core.caching.page import public, tag
from core.web import throttle
from core.web.http import HtmxHttpRequest, too_often
from storefront import list_page, presenters, product_rows, review_page
from storefront import selectors as storefront
from storefront.addresses import address

MAX_DESCRIPTION = 155
# Of everybody behind one address, as of searches.
MAX_A_MINUTE = 240


def show(
    request: HtmxHttpRequest,
    scope: catalog.Scope,
    page: dict[str, Any],
    *,
    template: str = "storefront/listing.html",
) -> HttpResponse:
    """
    The list of a scope as a page, or its results alone for htmx.

    Pages that are cached do not come here; each new filter makes one, so they are counted by place.
    """
    if request.GET and throttle.is_too_much(request, "listing", most=MAX_A_MINUTE, seconds=60):
        return too_often(request)
    filters = catalog.ListingFilters.from_query(request.GET)
    found = catalog.listing(filters, scope=scope)
    context = page | list_page.listing(found, page.get("extra", ()))
    is_part = request.htmx and not request.htmx.history_restore_request
    if not found.count:
        context["popular"] = product_rows.popular()
    response = render(request, "storefront/_results.html" if is_part else template, context)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


@require_safe
@public
def family(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Family, slug=slug, is_active=True)
    page = _page(found)
    return show(request, catalog.Scope(family_id=found.pk), page)


@require_safe
@public
def category(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    found = catalog.active_category(slug)
    if found is None:
        raise Http404
    above = catalog.active_categories(having=found.pk).path(found.pk)[:-1]
    crumbs = [_crumb(found.family.name, "family", found.family.slug)]
    crumbs += [_crumb(parent.name, "category", parent.slug) for parent in above]
    page = _page(found, crumbs) | {"page_title": presenters.seo_text(found, "title")}
    if text := presenters.seo_text(found, "description"):
        page["description"] = text
    return show(request, catalog.Scope(category_id=found.pk), page)


@require_safe
@public
def brand(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Brand, slug=slug, is_active=True)
    page = _page(found) | {"logo": presenters.file_picture(found.logo, "")}
    tag("brand", [found.pk])
    return show(request, catalog.Scope(brand_id=found.pk), page)


@require_safe
@public
def seller(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Seller, slug=slug, status=SellerStatus.APPROVED)
    page = _page(found) | review_page.reputation(found.pk)
    page["logo"] = presenters.file_picture(found.logo, "")
    tag("seller", [found.pk])
    scope = catalog.Scope(seller_id=found.pk)
    return show(request, scope, page, template="storefront/seller.html")


def _page(
    found: Family | Category | Brand | Seller, above: Sequence[dict[str, str]] = ()
) -> dict[str, Any]:
    about = f"{found.name}: {found.description} {storefront.frame().shop.description}"
    return {
        "heading": found.name,
        "intro": found.description,
        "description": Truncator(about).chars(MAX_DESCRIPTION),
        "breadcrumbs": [*above, {"label": found.name}],
    }


def _crumb(label: str, route: str, slug: str) -> dict[str, str]:
    return {"label": label, "url": address(f"storefront:{route}", slug)}
