"""The account area: orders, addresses, profile. Signing in is allauth's."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import selectors, services
from accounts.districts import common_districts
from accounts.forms import AddressForm, ProfileForm
from accounts.models import Address, User
from core.web.http import HtmxHttpRequest, safe_next
from orders import selectors as order_selectors
from payments.selectors import credit_entries, wallets_of
from storefront.order_page import LEVELS

PER_PAGE = 10


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@never_cache
@login_required
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    rows = order_selectors.for_customer(_user(request))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    cards = []
    for order in page:
        key, label = order_selectors.shopper_status(order)
        level = LEVELS.get(key, "info")
        cards.append({"order": order, "key": key, "label": label, "level": level})
    return render(request, "account/orders.html", {"cards": cards, "page": page})


@never_cache
@login_required
@require_safe
def credit(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    page = Paginator(credit_entries(user.pk), PER_PAGE).get_page(request.GET.get("page"))
    context = {"wallets": wallets_of(user.pk), "page": page}
    return render(request, "account/credit.html", context)


@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        services.save_profile(user, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        return redirect("storefront:account-profile")
    status = 422 if form.errors else 200
    return render(request, "account/profile.html", {"form": form}, status=status)


@never_cache
@login_required
@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    rows = selectors.addresses_of(_user(request))
    return render(request, "account/addresses.html", {"addresses": rows})


@never_cache
@login_required
def address(request: HtmxHttpRequest, address_id: UUID | None = None) -> HttpResponse:
    user = _user(request)
    try:
        found = selectors.address_of(user, address_id) if address_id else None
    except Address.DoesNotExist:
        raise Http404 from None
    form = AddressForm(request.POST or None, instance=found)
    if request.method == "POST" and (request.htmx or form.is_asking_for_fields):
        # Not submitted yet: redisplay the input in the country's fields, without errors.
        typed = dict.fromkeys(AddressForm.FLAGS, "") | request.POST.dict()
        form = AddressForm(initial=typed, instance=found)
    elif request.method == "POST" and form.is_valid():
        services.save_address(user, form.cleaned_data, address_id=address_id)
        messages.success(request, _("The address is saved."))
        return redirect(safe_next(request, "storefront:account-addresses"))
    context = {"form": form, "address": found, "districts": common_districts()}
    template = "account/_place.html" if request.htmx else "account/address.html"
    return render(request, template, context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_POST
def address_delete(request: HttpRequest, address_id: UUID) -> HttpResponse:
    services.delete_address(_user(request), address_id)
    messages.success(request, _("The address is deleted."))
    return redirect("storefront:account-addresses")
