"""The page of one product, and what its form puts into the cart."""

from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import push_url, reselect, reswap, retarget

from cart import views as cart
from catalog import selectors as catalog
from catalog.models import Kit, Product
from core.caching.page import public
from core.web.csrf_by_origin import same_origin
from core.web.http import HtmxHttpRequest, wants_json
from core.web.jinja import render_part
from inventory.forms import SignUpForm
from orders.co_purchases import partners_of
from pagecache.fragments import cached_fragment
from reviews.selectors import ReviewFilters
from storefront import curated, presenters, review_page, structured_data
from storefront.delivery_estimate import promise
from storefront.looks import look_of
from storefront.measures import measures

MAX_RELATED = 8


@require_safe
@public
def product(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """
    `?v=` names the variant, `?opt_color=` and others the options chosen so far.

    An unknown variant redirects to the product's page.
    """
    sku, wanted = request.GET.get("v"), _wanted(request)
    page = catalog.product_page(slug, sku, wanted)
    if page is None:
        kit = get_object_or_404(Kit, product__slug=slug, is_active=True)
        return redirect("storefront:kit", kit.slug)
    if sku and page.variant.sku != sku:
        return redirect("storefront:product", slug)
    context = _context(request, page)
    response = render(request, "storefront/product.html", context)
    if wanted and not page.open:
        # Each variant has one address, however it was chosen.
        push_url(response, f"{context['url']}?{urlencode({'v': page.variant.sku})}")
    return response


@same_origin
@cart.private
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """
    Put into the cart what the form of a product with options has chosen.

    While an option is open, the page says so beside it and keeps what was chosen and typed.
    """
    if request.method != "POST":
        return redirect("storefront:product", slug)
    wanted = _wanted(request)
    if "variant" in request.POST and not wanted:
        return cart.add(request)
    sku = catalog.chosen_sku(slug, wanted, request.POST.get("variant", ""))
    if sku is None:
        return _ask(request, slug, wanted)
    posted = request.POST.copy()
    posted["variant"] = sku
    cast("Any", request).POST = posted
    return cart.add(request)


def _ask(request: HtmxHttpRequest, slug: str, wanted: dict[str, str]) -> HttpResponse:
    """The page again, naming the missing option, or with the nearest variant."""
    page = catalog.product_page(slug, wanted=wanted)
    if page is None:
        return redirect("storefront:product", slug)
    context = _context(request, page)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    problem = context["prompt"] or _(
        "There is no such combination. This is the nearest one: have a look before you buy."
    )
    if wants_json(request):
        return JsonResponse({"error": problem}, status=status)
    context |= {"problem": problem, "quantity": request.POST.get("quantity", "")[:3]}
    response = render(request, "storefront/product.html", context, status=status)
    # Its form asks for the cart's drawer.
    return reswap(reselect(retarget(response, "#product"), "#product"), "outerHTML")


def _wanted(request: HtmxHttpRequest) -> dict[str, str]:
    """One value of each option, as chosen in the form or the address."""
    named = request.POST if request.method == "POST" else request.GET
    return {key: values[0] for key, values in catalog.asked_options(named).items()}


def _context(request: HtmxHttpRequest, page: catalog.ProductPage) -> dict[str, Any]:
    drawn = presenters.product(page)
    return drawn | {
        "about": _about(request, page.product, drawn["specs"]),
        "drop": curated.clock(page.drop, timezone.now()) if page.drop else None,
        "promise": promise(page.variant, {}),
        "sign_up": SignUpForm(initial={"v": page.variant.sku}),
        "facts_for_crawlers": structured_data.product(page, drawn["gallery"], drawn["url"]),
    }


def _about(request: HtmxHttpRequest, product: Product, specs: list[dict[str, str]]) -> str:
    """
    What it is, what people say of it, and what goes with it, as text.

    Cached by itself: price and stock change more often.
    """
    opinions = (product.rating_average, product.rating_count)
    facts = ("about", product.pk, product.slug, product.description, specs, *opinions)

    def draw() -> str:
        others = catalog.related(product, look_of(product), partners_of(product.pk))
        context = {
            "description": product.description,
            "specs": specs,
            "measures": measures(product.attributes),
            "look": presenters.cards(others.look),
            "related": presenters.cards((*others.together, *others.alike)[:MAX_RELATED]),
            **review_page.section(product, ReviewFilters()),
            **review_page.questions(product, most=4),
        }
        return render_part("storefront/_about.html", context, request)

    return cached_fragment(facts, [], draw)
