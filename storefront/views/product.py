"""The page of one product."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from catalog import selectors as catalog
from catalog.models import Kit
from core.http import HtmxHttpRequest
from core.pages import public
from inventory.forms import SignUpForm
from orders.together import partners_of
from reviews.selectors import ReviewFilters
from storefront import presenters, review_page, structured
from storefront.promise import promise


@require_safe
@public
def product(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """`?v=` names the variant; one that is unknown leads to the product as it is shown first."""
    sku = request.GET.get("v")
    page = catalog.product_page(slug, sku)
    if page is None:
        kit = get_object_or_404(Kit, product__slug=slug, is_active=True)
        return redirect("storefront:kit", kit.slug)
    if sku and page.variant.sku != sku:
        return redirect("storefront:product", slug)
    beside = catalog.related(page.product, partners_of(page.product.pk))
    context = presenters.product(page) | {
        "together": presenters.cards(beside.together),
        "related": presenters.cards(beside.alike),
        **review_page.section(page.product, ReviewFilters()),
        "promise": promise(page.variant, {}),
        "sign_up": SignUpForm(initial={"v": page.variant.sku}),
        "facts_for_crawlers": structured.product(page, request),
    }
    return render(request, "storefront/product.html", context)
