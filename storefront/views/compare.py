"""Comparing products, and recently seen ones. Both lists stay in the browser."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog import selectors as catalog
from catalog.selectors import Compared
from storefront import presenters

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
    context = {
        "columns": [_column(each, keys) for each in chosen],
        "rows": _rows(chosen),
        "more": [{"name": each.product.name, "url": _address([*keys, each.sku])} for each in more],
        "chosen": _query(keys),
        "is_full": len(chosen) == catalog.MAX_COMPARED,
    }
    return render(request, "storefront/compare.html", context)


def _column(each: Compared, keys: Sequence[str]) -> dict[str, Any]:
    variant = each.variant
    return presenters.variant_card(variant) | {
        "remove_url": _address([sku for sku in keys if sku != variant.sku]),
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


def _query(skus: Sequence[str]) -> str:
    """They may have blanks in them."""
    return urlencode([("v", sku) for sku in skus])


def _address(skus: Sequence[str]) -> str:
    """Without any, the page says so: a bare address shows what the browser remembers."""
    return f"{reverse('storefront:compare')}?{_query(skus) or 'v='}"
