"""What browsers ask for the look of the shop, beside its pages."""

import re

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.brand.colours import Colour
from core.brand.palette import VERSION, palette, sheet
from storefront import icons, selectors

ADDRESS = re.compile(r"(\d{1,4})-([0-9a-f]{6})")


@require_safe
def theme(request: HttpRequest, colours: str) -> HttpResponse:
    """
    The style sheet of the shop's own colour: all that is in it follows from its address.

    Asks nobody, so it is as quick as a file. What pages of another release name is not kept.
    """
    found = ADDRESS.fullmatch(colours)
    if not found:
        raise Http404
    kept = "public, max-age=31536000, immutable" if int(found[1]) == VERSION else "no-store"
    return HttpResponse(
        sheet(palette(Colour.of_hex(found[2]))),
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": kept},
    )


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """How the shop appears on a home screen."""
    shop = selectors.frame().shop
    drawn = [
        {"src": url, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, url in shop.icons
        if size in icons.INSTALLED
        for purpose in ("any", "maskable")
    ]
    told = {
        "name": shop.name,
        "short_name": shop.name[:12],
        "start_url": reverse("storefront:home"),
        "display": "minimal-ui",
        "background_color": shop.theme.light_ground,
        "theme_color": shop.theme.light_ground,
        "icons": drawn,
    }
    return JsonResponse(
        told,
        content_type="application/manifest+json",
        headers={"Cache-Control": "public, max-age=3600"},
    )
