"""What the sheet of a card offers: all options but the last narrow it down, the last one adds."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from catalog.models import Availability, Variant
from catalog.selectors import OPTION_PREFIX, OptionGroup, ProductPage
from storefront.addresses import address


def sheet(page: ProductPage) -> dict[str, Any]:
    """The context of `storefront/_quick_add.html`."""
    slug = page.product.slug
    context = {
        "name": page.product.name,
        "url": address("storefront:product", slug),
        "refusal": page.refusal,
    }
    if page.makers:
        makers = [(each.brand.name if each.brand else each.name, each) for each in page.makers]
        return context | {"steps": [], "adding": {"label": "", "choices": _priced(makers)}}
    # Colours first: sizes depend on the colour.
    groups = sorted(page.options, key=lambda group: not any(each.colour for each in group.choices))
    if not groups:
        return context | {
            "steps": [],
            "adding": {"label": "", "choices": _priced([("", page.variant)])},
        }
    *earlier, last = groups
    is_open = next((place for place, group in enumerate(earlier) if group.is_open), len(earlier))
    chosen = {group.key: group.chosen for group in earlier if group.chosen}
    steps = [_step(group, chosen, slug) for group in earlier[: is_open + 1]]
    adding = _adding(page, last, chosen) if is_open == len(earlier) else None
    return context | {
        "steps": [step for step in steps if len(step["choices"]) > 1],
        "adding": adding,
    }


def _step(group: OptionGroup, chosen: Mapping[str, str], slug: str) -> dict[str, Any]:
    """Each value leads to the same sheet with that value."""
    url = address("storefront:product-quick", slug)
    return {
        "key": group.key,
        "label": group.label,
        "choices": [
            {
                "label": choice.label,
                "hex": choice.colour,
                "is_chosen": choice.key == group.chosen,
                "is_gone": choice.is_sold_out or not choice.is_offered,
                "url": f"{url}?{_query({**chosen, group.key: choice.key})}",
            }
            for choice in group.choices
        ],
    }


def _query(chosen: Mapping[str, str]) -> str:
    return urlencode({f"{OPTION_PREFIX}{key}": value for key, value in chosen.items()})


def _adding(page: ProductPage, last: OptionGroup, chosen: Mapping[str, str]) -> dict[str, Any]:
    """Each value is a variant that goes into the cart."""
    left = {
        own[last.key]: each
        for each in reversed(page.variants)
        if last.key in (own := _keys(page, each)) and own.items() >= chosen.items()
    }
    found = [(choice, left.get(choice.key)) for choice in last.choices]
    choices = _priced([(choice.label, variant) for choice, variant in found])
    for shown, (choice, _variant) in zip(choices, found, strict=True):
        shown["hex"] = choice.colour
    return {"label": last.label, "choices": choices}


def _keys(page: ProductPage, variant: Variant) -> dict[str, str]:
    return {key: option.value_key for key, option in page.values[variant.pk].items()}


def _priced(found: Sequence[tuple[str, Variant | None]]) -> list[dict[str, Any]]:
    """With their prices if they differ."""
    differ = len({variant.price for _label, variant in found if variant}) > 1
    return [
        {
            "label": label,
            "sku": variant.sku if variant else "",
            "price": variant.price if variant and differ else None,
            "is_gone": not variant or variant.availability == Availability.SOLD_OUT,
        }
        for label, variant in found
    ]
