"""The page of one product."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from catalog import selectors as catalog
from catalog.models import Kit, Product
from core.http import HtmxHttpRequest
from core.pages import public
from inventory.forms import SignUpForm
from orders.together import partners_of
from pagecache.pieces import piece
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
    drawn = presenters.product(page)
    context = drawn | {
        "about": _about(request, page.product, drawn["specs"]),
        "promise": promise(page.variant, {}),
        "sign_up": SignUpForm(initial={"v": page.variant.sku}),
        "facts_for_crawlers": structured.product(page, drawn["gallery"], request),
    }
    return render(request, "storefront/product.html", context)


def _about(request: HtmxHttpRequest, product: Product, specs: list[dict[str, str]]) -> str:
    """
    What it is, what people say of it, and what goes with it, as text.

    Kept by itself: price and stock change more often.
    """
    opinions = (product.rating_average, product.rating_count)
    facts = ("about", product.pk, product.slug, product.description, specs, *opinions)

    def draw() -> str:
        others = catalog.related(product, partners_of(product.pk))
        context = {
            "description": product.description,
            "specs": specs,
            "together": presenters.cards(others.together),
            "related": presenters.cards(others.alike),
            **review_page.section(product, ReviewFilters()),
        }
        return render_to_string("storefront/_about.html", context, request)

    return piece(facts, [], draw)
