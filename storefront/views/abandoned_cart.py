"""The link of a cart reminder: it restores the cart on any device."""

from collections.abc import Mapping
from typing import Any

from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cart import abandoned
from cart.selectors import options_of, pictures_of
from cart.store import LineKey
from catalog.models import Availability
from catalog.selectors import variants_for_sale
from core.web.csrf_by_origin import same_origin
from storefront.views.reorder import into_cart


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cart_left(request: HttpRequest, token: str) -> HttpResponse:
    """Show what lay in it, and nothing of whose it was; a press puts it into this cart."""
    try:
        wanted = abandoned.reminded_lines(token)
    except BadSignature:
        raise Http404 from None
    if not wanted:
        raise Http404
    if request.method == "POST":
        return into_cart(request, wanted)
    return render(request, "storefront/cart_left.html", {"things": _things(wanted)})


def _things(wanted: Mapping[LineKey, int]) -> list[dict[str, Any]]:
    """The lines that are still for sale, at current prices. 4 queries."""
    variants = variants_for_sale({key.variant_id for key in wanted})
    options, pictures = options_of(variants), pictures_of(variants.values())
    return [
        {
            "quantity": quantity,
            "variant": variants[key.variant_id],
            "options": " · ".join(options.get(key.variant_id, {}).values()),
            "picture": pictures.get(key.variant_id),
            "sold_out": variants[key.variant_id].availability == Availability.SOLD_OUT,
        }
        for key, quantity in wanted.items()
        if key.variant_id in variants
    ]
