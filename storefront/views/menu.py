"""The whole category tree: a page, and for scripts what opens over any page."""

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from core.caching.page import public, tag
from core.web.http import HtmxHttpRequest, page_or_partial
from storefront import departments


@require_safe
@public
def menu(request: HtmxHttpRequest) -> HttpResponse:
    """Asked for once somebody opens the menu, so that no other page carries it."""
    tag("shelves")
    tag("collections")
    context = {"tree": departments.tree()}
    response = page_or_partial(request, "storefront/menu.html", "storefront/_menu.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
