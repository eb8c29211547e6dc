"""Pages of text, and the style guide for those who build the shop."""

from constance import config
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.caching.page import public
from storefront import selectors
from storefront import styleguide as samples
from storefront.models import Page


@require_safe
@public
def page(request: HttpRequest, slug: str) -> HttpResponse:
    text = get_object_or_404(Page, slug=slug, is_active=True)
    return render(request, "storefront/page.html", {"text": text})


@require_safe
@public
def contact(request: HttpRequest) -> HttpResponse:
    """How customers reach the shop; there is no such page where staff have set no channel."""
    if not selectors.frame().shop.contact:
        raise Http404
    return render(request, "storefront/contact.html", {"address": config.LEGAL_ADDRESS})


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    return render(request, "styleguide.html", samples.context())
