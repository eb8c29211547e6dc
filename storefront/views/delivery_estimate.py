"""The delivery estimate of a product to a district."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from catalog import selectors as catalog
from core.web.http import HtmxHttpRequest
from storefront.delivery_estimate import promise as promised


@require_safe
def promise(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """`?district=` for one unit of the variant `?v=`; `?folded=1` shows the sum of it alone."""
    page = catalog.product_page(slug, request.GET.get("v"))
    if page is None:
        raise Http404
    context = promised(page.variant, request.GET.dict()) | {
        "product": page.product,
        "slug": slug,
        "sku": page.variant.sku,
        "is_folded": "folded" in request.GET,
    }
    template = "storefront/_promise.html" if request.htmx else "storefront/promise.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
