"""The delivery estimate of a product to a district, and the dates on cards."""

from uuid import UUID

from constance import config
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.countries import PERU
from accounts.districts import matching
from cart.destination import set_destination
from catalog import selectors as catalog
from core.caching.page import public, tag
from core.web.http import HtmxHttpRequest
from storefront.delivery_estimate import MAX_CARDS, arrivals
from storefront.delivery_estimate import promise as promised


@require_safe
def promise(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """
    `?district=` for one unit of the variant `?v=`.

    The cart and the checkout know the district from then on; `?folded=1` asks again for one that
    the browser knows, and shows the sum of it alone.
    """
    page = catalog.product_page(slug, request.GET.get("v"))
    if page is None:
        raise Http404
    found = promised(page.variant, request.GET.dict())
    context = found | {
        "product": page.product,
        "slug": slug,
        "sku": page.variant.sku,
        "is_folded": "folded" in request.GET,
    }
    template = "storefront/_promise.html" if request.htmx else "storefront/promise.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    form = found["form"]
    if form and form.is_valid() and not context["is_folded"]:
        set_destination(response, form.cleaned_data["district"])
    return response


@require_safe
@public
def dates(request: HtmxHttpRequest) -> HttpResponse:
    """When the products `?p=` of cards come to `?district=`, the same for everybody who asks."""
    found = matching(request.GET.get("district", "")[:150])
    products = _keys(request.GET)
    tag("product", products)
    known = arrivals(products, found[0]) if len(found) == 1 and config.COUNTRY == PERU else {}
    return JsonResponse(known)


def _keys(query: QueryDict) -> list[UUID]:
    """Each product once; what is no key is left out."""
    keys = []
    for text in dict.fromkeys(query.getlist("p")[:MAX_CARDS]):
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    return keys
