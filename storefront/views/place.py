"""The district that all delivery estimates are for: named once, by a page or a dialog."""

from http import HTTPStatus

from constance import config
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from accounts.countries import PERU
from accounts.country_fields import place_written
from accounts.districts import District, all_districts, common_districts, matching
from cart.destination import destination_of, forget_destination, set_destination
from cart.owners import shopper
from checkout.addresses import default_addresses
from core.web.csrf_by_origin import same_origin
from core.web.http import HtmxHttpRequest, page_or_partial, safe_next
from storefront.delivery_estimate import PlaceForm


@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def place(request: HtmxHttpRequest) -> HttpResponse:
    """Name the district for all estimates, or forget it: a page, and a dialog for scripts."""
    if config.COUNTRY != PERU:
        raise Http404
    if request.method != "POST":
        return _show_place(request, PlaceForm(), destination_of(request))
    if "forget" in request.POST:
        return _chosen(request, None)
    form = PlaceForm(request.POST)
    district = all_districts().get(request.POST.get("ubigeo", ""))
    if district is None and form.is_valid():
        district = form.cleaned_data["district"]
    return _chosen(request, district) if district else _show_place(request, form, None)


def _chosen(request: HtmxHttpRequest, district: District | None) -> HttpResponse:
    if request.htmx:
        response = _show_place(request, PlaceForm(), district)
        told = {"district": str(district or "")}
        trigger_client_event(response, "place-changed", told)
        trigger_client_event(response, "close-dialog", {"id": "place"})
    else:
        response = redirect(safe_next(request, reverse("storefront:home")))
    if district:
        set_destination(response, district)
    else:
        forget_destination(response)
    return response


def _show_place(
    request: HtmxHttpRequest, form: PlaceForm, district: District | None
) -> HttpResponse:
    context = {
        "form": form,
        "destination": district,
        "last": _last_district(request),
        "districts": common_districts(),
        "next": request.POST.get("next") or request.headers.get("Referer", ""),
    }
    is_form = request.htmx.target == "place-form"
    partial = "storefront/_place_form.html" if is_form else "storefront/_place.html"
    response = page_or_partial(request, "storefront/place.html", partial, context)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return response


def _last_district(request: HtmxHttpRequest) -> District | None:
    """Of the signed-in shopper's usual address. 1 query."""
    address, _billing = default_addresses(shopper(request))
    if address is None or address.country != PERU:
        return None
    found = matching(place_written(address)["district"])
    return found[0] if len(found) == 1 else None
