"""Where somebody is signed in; and the way out of looking at the shop as a customer."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import impersonation
from accounts import sessions as places
from accounts.models import User
from core.web.csrf_by_origin import same_origin


@never_cache
@login_required
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Each browser that is signed in with this account, this one marked."""
    rows = places.of_user(cast("User", request.user), request.session)
    return render(request, "account/sessions.html", {"places": rows})


@login_required
@require_POST
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Sign one of them out; one that is somebody else's stays as it is."""
    places.end(cast("User", request.user), key)
    messages.success(request, _("Signed out there."))
    return redirect("storefront:account-sessions")


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    places.end_all(cast("User", request.user), but=request.session)
    messages.success(request, _("Signed out everywhere else."))
    return redirect("storefront:account-sessions")


@same_origin
@require_POST
def end_viewing_as(request: HttpRequest) -> HttpResponse:
    """End the impersonation and return to the customer's page in the back office."""
    looked = impersonation.end(request)
    if looked is None:
        return redirect("storefront:home")
    return redirect("admin:accounts_customeraccount_change", looked.customer_id)
