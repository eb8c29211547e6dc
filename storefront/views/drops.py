"""Collections and drops, with a clock that is the server's."""

from datetime import timedelta
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog import selectors as catalog
from catalog.models import Collection
from core.caching.page import expires_at, public, tag
from core.web.csrf_by_origin import same_origin
from core.web.forms import AddressForm
from core.web.http import HtmxHttpRequest
from storefront import curated, drop_state
from storefront.views import listing
from storefront.views.back_in_stock import is_welcome
from waitingroom import reminders, tickets
from waitingroom.exceptions import HasBegun


@require_safe
@public
def drops(request: HtmxHttpRequest) -> HttpResponse:
    tag("collections")
    return render(request, "storefront/drops.html", curated.drops(timezone.now()))


@require_safe
@public
def drop(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug, is_active=True)
    now = timezone.now()
    tag("collections")
    expires_at(now + timedelta(seconds=drop_state.REMEMBERED))
    state = drop_state.state(slug, now)
    is_over = state["drop"]["state"] == "over" or (state["stock"] or {}).get("band") == "out"
    page = {
        **state,
        "heading": collection.name,
        "intro": collection.description,
        "form": AddressForm(),
        "others": curated.other_drops(slug, now) if is_over else [],
        "breadcrumbs": curated.drop_breadcrumbs(collection),
    }
    scope = catalog.Scope(collection_id=collection.pk)
    return listing.show(request, scope, page, template="storefront/drop.html")


@never_cache
@require_safe
def state(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """The changing parts of a drop's page: server time, units left, admission."""
    now = timezone.now()
    found = drop_state.state(slug, now)
    context = {
        **found,
        "now_milliseconds": int(now.timestamp() * 1000),
        "let_in_until": tickets.let_in_until(request, found["collection"].pk),
    }
    return render(request, "storefront/_drop_state.html", context)


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """The form for who wants a mail at the start; a right address is noted."""
    collection = get_object_or_404(Collection, slug=slug, is_active=True)
    if request.method != "POST":
        return _show_reminder(request, collection, None if "done" in request.GET else AddressForm())
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show_reminder(request, collection, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    email = form.cleaned_data["email"]
    if not is_welcome(request, email.lower()):
        form.add_error(None, _("Too many attempts. Please try again in an hour."))
        return _show_reminder(request, collection, form, HTTPStatus.TOO_MANY_REQUESTS)
    if not form.is_from_a_program:
        try:
            reminders.sign_up(collection, email=email, language=get_language())
        except HasBegun as refusal:
            form.add_error(None, str(refusal))
            return _show_reminder(request, collection, form, HTTPStatus.CONFLICT)
    if request.htmx:
        return _show_reminder(request, collection, None)
    return redirect(f"{request.path}?done=1")


def _show_reminder(
    request: HtmxHttpRequest,
    collection: Collection,
    form: AddressForm | None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    page = "_drop_reminder" if request.htmx else "drop_reminder"
    context = {"name": collection.name, "slug": collection.slug, "form": form}
    return render(request, f"storefront/{page}.html", context, status=status)
