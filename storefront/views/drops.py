"""Collections and drops, with a clock that is the server's."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog import selectors as catalog
from catalog.models import Collection
from core.http import HtmxHttpRequest
from storefront import curated
from storefront.views import listing


@require_safe
def drops(request: HtmxHttpRequest) -> HttpResponse:
    return render(request, "storefront/drops.html", curated.drops(timezone.now()))


@require_safe
def drop(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug, is_active=True)
    page = {
        "heading": collection.name,
        "intro": collection.description,
        "drop": curated.drop(collection, timezone.now()),
        "slug": slug,
        "breadcrumbs": curated.drop_breadcrumbs(collection),
    }
    scope = catalog.Scope(collection_id=collection.pk)
    return listing.show(request, scope, page, template="storefront/drop.html")


@never_cache
@require_safe
def state(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """The clock of a drop's page: what the server says it is now, never from a cache."""
    collection = get_object_or_404(Collection, slug=slug, is_active=True)
    now = timezone.now()
    context = {
        "drop": curated.drop(collection, now),
        "slug": slug,
        "now_milliseconds": int(now.timestamp() * 1000),
    }
    return render(request, "storefront/_drop_state.html", context)
