"""The style sheet of the shop's own colour: all that is in it follows from its address."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.brand.colours import Colour
from core.brand.palette import VERSION, palette, sheet

ADDRESS = re.compile(r"(\d{1,4})-([0-9a-f]{6})")


@require_safe
def theme(request: HttpRequest, colours: str) -> HttpResponse:
    """Asks nobody, so it is as quick as a file. What pages of another release name is not kept."""
    found = ADDRESS.fullmatch(colours)
    if not found:
        raise Http404
    kept = "public, max-age=31536000, immutable" if int(found[1]) == VERSION else "no-store"
    return HttpResponse(
        sheet(palette(Colour.of_hex(found[2]))),
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": kept},
    )
