"""The same once more: an order's things, or those of a cart that was left lying, in the cart."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from cart.cookies import ensure_cart
from cart.refill import refill
from cart.services import Owner
from cart.store import LineKey
from core.exceptions import ServiceUnavailable
from storefront.views.orders import find
from waitingroom.tickets import passes_of


def owner_of(request: HttpRequest) -> Owner:
    """Whose cart this visitor fills."""
    user = request.user if isinstance(request.user, User) else None
    return Owner(ensure_cart(request), user, passes_of(request))


@never_cache
@require_POST
def reorder(request: HttpRequest, number: str) -> HttpResponse:
    """Put what can still be bought of an order into the cart, and say what could not be."""
    wanted: dict[LineKey, int] = {}
    for line in find(request, number).lines.all():
        key = LineKey(line.variant_id)
        wanted[key] = wanted.get(key, 0) + line.quantity
    try:
        notes = refill(owner_of(request), wanted)
    except ServiceUnavailable as away:
        notes = [str(away)]
    tell(request, notes, len(wanted))
    return redirect("cart:page")


def tell(request: HttpRequest, notes: list[str], things: int) -> None:
    """What could not be put into the cart; that the rest was, if there is a rest."""
    if len(notes) < things:
        messages.success(request, _("Added to your cart."))
    for note in notes:
        messages.warning(request, note)
