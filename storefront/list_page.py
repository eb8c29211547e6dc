"""Turns a list of products into what its page draws: cards, filters, chips, pages."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from catalog.selectors import Facet, Listing
from storefront.presenters import cards

WINDOW = 2
OPEN_FACETS = 2
# More would only make phones scroll; a link leads to all values.
FIRST_VALUES = 10


def facet(group: Facet, position: int, found: Listing, prefix: str) -> dict[str, Any]:
    """A group of filters: its first values and the chosen ones, or all if requested."""
    parameter, label, every = group
    is_whole = parameter == found.filters.whole
    # The same list with all values of this group, or if it has them, with the first ones again.
    switch = f"?{prefix}{found.filters.query(whole='' if is_whole else parameter)}"
    values = every if is_whole else every[:FIRST_VALUES]
    more = [value for value in every[len(values) :] if value.chosen]
    return {
        "label": label,
        "name": parameter,
        "type": "radio" if parameter == "rating" else "checkbox",
        "closed": position >= OPEN_FACETS and not group.chosen and not is_whole,
        "values": (*values, *more),
        "is_whole": is_whole,
        "value_count": len(every),
        "switch_url": switch if len(every) > FIRST_VALUES else "",
    }


def listing(found: Listing, extra: Iterable[tuple[str, str]] = ()) -> dict[str, Any]:
    """The context of a list; `extra` are the page's own parameters, for example the query."""
    kept = [{"name": name, "value": value} for name, value in extra if value]
    prefix = "".join(f"{urlencode({field['name']: field['value']})}&" for field in kept)
    groups: list[Any] = [
        facet(group, place, found, prefix) for place, group in enumerate(found.facets)
    ]
    if found.prices is not None:
        groups.insert(1, _price_facet(found, prefix))
    whole = [{"name": "whole", "value": found.filters.whole}] if found.filters.whole else []
    chosen = [{"name": name, "value": value} for name, value in found.filters.pairs()]
    sort = [{"name": "sort", "value": found.sort}] if found.filters.sort else []
    chips = [
        {"label": chip.label, "url": f"?{prefix}{chip.query}", "count": chip.count}
        for chip in found.chips
    ]
    return {
        "cards": cards(found.cards),
        "count": found.count,
        "facets": groups,
        "facet_fields": kept + sort + whole,
        "sort_fields": kept + chosen + whole,
        "chosen_count": len(found.chips),
        "chips": chips,
        "ways_out": [chip for chip in chips if chip["count"]],
        "clear_url": f"?{prefix}",
        "sort_choices": [
            {"value": value, "label": label, "chosen": value == found.sort}
            for value, label in found.sorts
        ],
        "pages": _pages(found, prefix),
        "shown": min(found.page * 24, found.count),
        "subcategories": found.subcategories,
    }


def _price_facet(found: Listing, prefix: str) -> dict[str, Any]:
    return {
        "label": _("Price"),
        "bounds": found.prices,
        "kind": "range",
        "name": "price",
        "min_name": "price_min",
        "max_name": "price_max",
        "min": found.filters.price_min,
        "max": found.filters.price_max,
        "ranges": [
            {"label": each.label, "url": f"?{prefix}{each.query}", "chosen": each.chosen}
            for each in found.price_ranges
        ],
    }


def _pages(found: Listing, prefix: str) -> dict[str, Any]:
    near = range(max(1, found.page - WINDOW), min(found.pages, found.page + WINDOW) + 1)
    numbers = sorted({1, *near, found.pages} - {0})
    items: list[dict[str, Any]] = []
    for number in numbers:
        if items and number - numbers[numbers.index(number) - 1] > 1:
            items.append({"number": None})
        items.append(
            {
                "number": number,
                "url": f"?{prefix}{found.filters.query(page=number)}",
                "current": number == found.page,
            }
        )
    return {
        "items": items,
        "next_url": f"?{prefix}{found.next_query}" if found.has_next else "",
        "previous_url": f"?{prefix}{found.previous_query}" if found.page > 1 else "",
    }
