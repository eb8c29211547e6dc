"""Collections and drops, with a clock that is the server's."""

from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog import selectors as catalog
from catalog.models import Collection
from core.caching.page import expires_at, public, tag
from core.documents.calendar_files import event_response
from core.mail.message import absolute
from core.web.csrf_by_origin import same_origin
from core.web.forms import AddressForm
from core.web.http import HtmxHttpRequest
from storefront import curated, drop_state, selectors
from storefront.addresses import address
from storefront.views import listing
from storefront.views.back_in_stock import answer_sign_up
from waitingroom import reminders, tickets


@require_safe
@public
def drops(request: HtmxHttpRequest) -> HttpResponse:
    tag("collections")
    return render(request, "storefront/drops.html", curated.drops(timezone.now())._asdict())


@require_safe
@public
def drop(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug, is_active=True)
    now = timezone.now()
    tag("collections")
    expires_at(now + timedelta(seconds=drop_state.REMEMBERED))
    state = drop_state.state(slug, now)
    is_over = state["drop"].state == "over" or (state["stock"] and state["stock"].band == "out")
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


# In calendars a drop stands for its first hour.
_FIRST_HOUR = timedelta(hours=1)


@require_safe
def calendar(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """The start of a drop as a calendar file; 404 without one to come."""
    coming = Collection.objects.coming()
    collection = get_object_or_404(coming, slug=slug, starts_at__isnull=False)
    starts_at = cast("datetime", collection.starts_at)
    return event_response(
        slug,
        uid=f"{collection.pk}@{request.get_host()}",
        title=f"{collection.name} · {selectors.frame().shop.name}",
        starts_at=starts_at,
        ends_at=starts_at + _FIRST_HOUR,
        url=absolute(address("storefront:drop", slug)),
    )


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """The form for a mail at the start of the drop; a valid address is stored."""
    collection = get_object_or_404(Collection, slug=slug, is_active=True)
    return answer_sign_up(
        request,
        AddressForm(request.POST if request.method == "POST" else None),
        note=lambda email: reminders.sign_up(collection, email=email, language=get_language()),
        show=partial(_show_reminder, request, collection),
        done=f"{request.path}?done=1",
    )


def _show_reminder(
    request: HtmxHttpRequest,
    collection: Collection,
    form: AddressForm | None,
    status: HTTPStatus,
) -> HttpResponse:
    page = "_drop_reminder" if request.htmx else "drop_reminder"
    context = {"name": collection.name, "slug": collection.slug, "form": form}
    return render(request, f"storefront/{page}.html", context, status=status)
