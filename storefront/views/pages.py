"""Pages of text, and the style guide for those who build the shop."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.caching.page import public
from storefront import styleguide as samples
from storefront import text_pages
from storefront.models import Page


@require_safe
@public
def page(request: HttpRequest, slug: str) -> HttpResponse:
    text = get_object_or_404(Page, slug=slug, is_active=True)
    return render(request, "storefront/page.html", text_pages.context(text))


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    return render(request, "styleguide.html", samples.context())
