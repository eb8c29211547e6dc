"""Put the lines of an earlier order or abandoned cart into the cart."""

from collections.abc import Mapping
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cart.owners import with_cart
from cart.refill import refill
from cart.store import LineKey
from core.exceptions import ServiceUnavailable
from storefront.views.orders import find


@never_cache
@require_POST
def reorder(request: HttpRequest, number: str) -> HttpResponse:
    """Put what can still be bought of an order into the cart, and say what could not be."""
    wanted: dict[LineKey, int] = {}
    for line in find(request, number).lines.all():
        key = LineKey(line.variant_id)
        wanted[key] = wanted.get(key, 0) + line.quantity
    return into_cart(request, wanted)


def into_cart(request: HttpRequest, wanted: Mapping[LineKey, int]) -> HttpResponse:
    """Add these lines and show the cart, with a message for each that could not be added."""
    try:
        notes = with_cart(request, partial(refill, wanted=wanted))
    except ServiceUnavailable as away:
        messages.warning(request, str(away))
        return redirect("cart:page")
    if len(notes) < len(wanted):
        messages.success(request, _("Added to your cart."))
    for note in notes:
        messages.warning(request, note)
    return redirect("cart:page")
