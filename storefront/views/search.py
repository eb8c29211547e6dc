"""The search and its suggestions, as pages, fragments and JSON."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from catalog import found_by
from catalog import search as engine
from catalog import selectors as catalog
from catalog.models import Product
from catalog.search import choices, log, ways_on
from catalog.search.redirects import redirect_of
from core.caching.page import public
from core.database.replica import may_read_replica
from core.web import throttle
from core.web.http import HtmxHttpRequest, too_often, wants_json
from storefront import departments, list_page, presenters, product_rows

MAX = 100
# Per address; people do not read that fast.
MAX_A_MINUTE = 240
# One for every few letters typed. Cached answers are not counted.
MAX_SUGGESTIONS_A_MINUTE = 600
# Per address; of the same product after the same words, one a day.
MAX_CHOICES_A_MINUTE = 60
DAY = 86_400


def _words(request: HtmxHttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:MAX]


@require_safe
@may_read_replica
def search(request: HtmxHttpRequest) -> HttpResponse:
    if throttle.is_too_much(request, "search", most=MAX_A_MINUTE, seconds=60):
        return too_often(request)
    words = _words(request)
    target = redirect_of(words) if request.GET.keys() == {"q"} else None
    if target and not wants_json(request):
        log.record_search(words, 1, get_language() or settings.LANGUAGE_CODE)
        return redirect(target)
    filters = catalog.ListingFilters.from_query(request.GET)
    dropped = ""
    if words:
        found, rest, dropped = engine.search_in_words(words, filters)
        # Filtering, sorting and paging is not a new search.
        if request.GET.keys() == {"q"}:
            log.record_search(words, found.count, get_language() or settings.LANGUAGE_CODE)
        words = rest
    else:
        found = catalog.listing(filters, scope=catalog.Scope())
    if wants_json(request):
        response: HttpResponse = JsonResponse(presenters.search_json(found))
    else:
        is_part = request.htmx and not request.htmx.history_restore_request
        template = "storefront/_results.html" if is_part else "storefront/search.html"
        context = list_page.listing(found, [("q", words)]) | {
            "query": words,
            "dropped": dropped,
            **({} if found.count else _ways_on(words, filters)),
        }
        response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request", "Accept"])
    return response


def _ways_on(words: str, filters: catalog.ListingFilters) -> dict[str, Any]:
    """What else a page without results offers. At most 34 queries."""
    popular = {"popular": product_rows.popular(), "aisles": departments.departments()["aisles"]}
    if filters.is_narrowed:
        return popular
    return popular | {
        "nearest": engine.similar_words(words),
        "ways_out": [
            {
                "label": each.without,
                "url": f"?{urlencode({'q': each.query})}",
                "count": each.products,
            }
            for each in ways_on.without_a_word(words)
        ],
        "kinds": ways_on.nearest_kinds(words),
    }


@require_safe
@public
def suggest(request: HtmxHttpRequest) -> HttpResponse:
    if throttle.is_too_much(request, "suggest", most=MAX_SUGGESTIONS_A_MINUTE, seconds=60):
        return too_often(request)
    words = _words(request)
    found = engine.suggest(words) if len(words) > 1 else []
    if wants_json(request):
        response: HttpResponse = JsonResponse(presenters.suggest_json(found))
    else:
        context = {"query": words, "groups": presenters.suggestions(found)}
        response = render(request, "components/_suggestions.html", context)
    patch_vary_headers(response, ["Accept"])
    return response


# Pages of results hold no token: they are the same for all.
@csrf_exempt
@require_POST
def chosen(request: HttpRequest) -> HttpResponse:
    """A shopper has opened a product (`path`) from the results for `q`; search.js tells it."""
    response = HttpResponse(status=204)
    if not throttle.is_too_much(request, "chosen", most=MAX_CHOICES_A_MINUTE, seconds=60):
        _count(request, response)
    return response


def _count(request: HttpRequest, response: HttpResponse) -> None:
    query = " ".join(request.POST.get("q", "").replace("\0", "").split())[:MAX]
    try:
        slug = resolve(request.POST.get("path", "")).kwargs.get("slug", "")
    except Resolver404:
        return
    product = Product.objects.published().filter(slug=slug).values_list("pk", flat=True).first()
    if not (query and product):
        return
    once = f"chosen:{product}:{choices.key_of(query)}"
    if not throttle.is_too_much(request, once, most=1, seconds=DAY):
        choices.record_choice(query, product)
    found_by.remember(request, response, product, query)
