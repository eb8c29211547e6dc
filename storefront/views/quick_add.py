"""The sheet of a card in which the options of its product are chosen."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from catalog import selectors as catalog
from core.caching.page import public
from storefront import quick_add


@require_safe
@public
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """`?opt_color=` and others name the options chosen so far."""
    wanted = {key: values[0] for key, values in catalog.asked_options(request.GET).items()}
    page = catalog.product_page(slug, wanted=wanted)
    if page is None:
        raise Http404
    response = render(request, "storefront/_quick_add.html", quick_add.sheet(page))
    return trigger_client_event(response, "open-dialog", {"id": "quick-sheet"}, after="swap")
