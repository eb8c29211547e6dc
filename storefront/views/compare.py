"""Comparing products, and recently seen ones. Both lists stay in the browser."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog import selectors as catalog
from catalog.selectors import Compared
from storefront import presenters
from storefront.addresses import address

MAX_SEEN = 8


@cache_control(public=True, max_age=300)
@require_safe
def recently_seen(request: HttpRequest) -> HttpResponse:
    slugs = [slug for slug in request.GET.getlist("p") if "\0" not in slug][:MAX_SEEN]
    cards = presenters.cards(catalog.cards_by_slug(slugs))
    return render(request, "storefront/_recently_seen.html", {"cards": cards})


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """The variants that the address names, side by side. The same for everybody."""
    skus = [sku for sku in request.GET.getlist("v") if "\0" not in sku][:100]
    chosen = catalog.comparison(skus)
    keys = [each.variant.sku for each in chosen]
    more = catalog.comparable(chosen) if 0 < len(chosen) < catalog.MAX_COMPARED else []
    is_short = bool(request.GET.get("diff"))
    rows = [row for row in _rows(chosen) if row["differs"] or not is_short]
    context = {
        "columns": [_column(each, keys, is_short) for each in chosen],
        "rows": rows,
        "more": [
            {"name": each.product.name, "url": _address([*keys, each.sku], is_short)}
            for each in more
        ],
        "back": _back(chosen[0]) if chosen else None,
        "differences": _differences(keys, is_short) if len(chosen) > 1 else None,
        "is_full": len(chosen) == catalog.MAX_COMPARED,
    }
    return render(request, "storefront/compare.html", context)


def _back(first: Compared) -> dict[str, str]:
    """To the list where the first of them stands."""
    category = first.variant.product.category
    label = _("Back to %(name)s") % {"name": category.name}
    return {"label": label, "url": address("storefront:category", category.slug)}


def _differences(skus: Sequence[str], is_on: bool) -> dict[str, Any]:
    """The switch between all rows and those that differ."""
    return {"is_on": is_on, "switch_url": _address(skus, not is_on)}


def _column(each: Compared, keys: Sequence[str], is_short: bool) -> dict[str, Any]:
    variant = each.variant
    return presenters.variant_card(variant) | {
        "remove_url": _address([sku for sku in keys if sku != variant.sku], is_short),
        "picture": presenters.picture(each.image, variant.product.name),
    }


def _rows(chosen: Sequence[Compared]) -> list[dict[str, Any]]:
    """What any of them says, in the order in which it comes up; empty where one is silent."""
    labels = dict.fromkeys(label for each in chosen for label in each.specifications)
    rows = []
    for label in labels:
        values = [each.specifications.get(label, "") for each in chosen]
        rows.append({"label": label, "values": values, "differs": len(set(values)) > 1})
    return rows


def _address(skus: Sequence[str], is_short: bool) -> str:
    """Without any, the page says so: a bare address shows what the browser remembers."""
    query = [("v", sku) for sku in skus] or [("v", "")]
    if is_short:
        query.append(("diff", "1"))
    return f"{reverse('storefront:compare')}?{urlencode(query)}"
