"""The size guide of a category, for browsers without scripts and for links."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog import selectors as catalog
from core.caching.page import public
from core.web.http import HtmxHttpRequest
from storefront.addresses import address


@require_safe
@public
def size_guide(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    path = catalog.category_path(slug)
    guide = catalog.size_guide_of(path)
    if guide is None:
        raise Http404
    crumbs = [
        {"label": each.name, "url": address("storefront:category", each.slug)} for each in path
    ]
    context = {"guide": guide, "category": path[-1], "breadcrumbs": crumbs}
    return render(request, "storefront/size_guide.html", context)
