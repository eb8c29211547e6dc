"""Design kits: complete rooms and outfits."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.caching.page import public, tag
from storefront import curated


@require_safe
@public
def kits(request: HttpRequest) -> HttpResponse:
    return render(request, "storefront/kits.html", {"kits": curated.kits()})


@require_safe
@public
def kit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form may ask by GET for the sum of what it chose: no script computes it."""
    tag("kits")
    page = curated.kit(slug, request.GET)
    return render(request, "storefront/kit.html", page)
