"""Unsubscribe pages of the mails that shoppers sign up for."""

from collections.abc import Callable

from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_stubs_ext import StrOrPromise

from cart import abandoned
from core.web.csrf_by_origin import same_origin
from inventory import services as inventory
from reviews import invitations
from waitingroom import reminders

View = Callable[[HttpRequest, str], HttpResponse]


def _way_out(forget: Callable[[str], None], promise: StrOrPromise) -> View:
    """A page for the bearer of a signed link, which `forget` reads."""

    @same_origin
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def leave(request: HttpRequest, token: str) -> HttpResponse:
        """Ask first: programs that read mails follow every link of them."""
        if request.method == "POST":
            try:
                forget(token)
            except BadSignature:
                raise Http404 from None
        context = {"is_gone": request.method == "POST", "promise": promise}
        return render(request, "storefront/leave.html", context)

    return leave


back_in_stock = _way_out(
    inventory.leave,
    _("We will no longer write to you when products are back, and delete your address."),
)
drop_reminders = _way_out(
    reminders.leave, _("We will no longer write to you when drops open, and delete your address.")
)
cart_reminders = _way_out(
    abandoned.unsubscribe, _("We will no longer write to you about your cart or send you news.")
)
review_invitations = _way_out(
    invitations.leave, _("We will no longer ask you by mail to review what you buy.")
)
