"""The account's page about its data: a copy of all of it, and an end to it."""

from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core.web.http import download
from core.web.throttle import allows
from payments.selectors import wallets_of
from privacy import selectors, services
from privacy.exceptions import ErasureRefused
from privacy.forms import ForgetMeForm
from privacy.people import person_of

HOUR = 3600


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Pages where shoppers copy or erase their data."""
    return _page(request, ForgetMeForm(user=_user(request)))


@never_cache
@login_required
@require_POST
def download_data(request: HttpRequest) -> HttpResponse:
    """All that the shop holds about the shopper, as a file."""
    user = _user(request)
    if not allows(f"export:{user.pk}", most=5, seconds=HOUR):
        messages.error(request, _("Too many attempts. Please try again in an hour."))
        return redirect("privacy:overview")
    data = services.export(person_of(user))
    return download(data, f"{timezone.localdate():%Y-%m-%d}.json")


@sensitive_post_parameters("password")
@never_cache
@login_required
@require_POST
def forget_me(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    form = ForgetMeForm(request.POST, user=user)
    if not allows(f"forget:{user.pk}", most=10, seconds=HOUR):
        form.add_error(None, _("Too many attempts. Please try again in an hour."))
        return _page(request, form, HTTPStatus.TOO_MANY_REQUESTS)
    if not form.is_valid():
        return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        services.erase(person_of(user))
    except ErasureRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, HTTPStatus.CONFLICT)
    logout(request)
    messages.success(request, _("Your account and your data are erased. Thank you for your visit."))
    return redirect("storefront:home")


def _page(
    request: HttpRequest, form: ForgetMeForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    user = _user(request)
    context = {
        "form": form,
        "obstacles": selectors.obstacles(person_of(user)),
        "wallets": wallets_of(user.pk),
    }
    return render(request, "privacy/overview.html", context, status=status)
