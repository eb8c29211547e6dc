"""A product's options as its page needs them, and its prompt while one is open."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalog.colours import COLOUR_OPTIONS
from catalog.models import Availability, Variant
from catalog.selectors import OPTION_PREFIX, OptionChoice, OptionGroup, ProductPage
from catalog.size_guides import SIZE_OPTIONS
from storefront.addresses import address

BANDS = {Availability.IN_STOCK.value: "in", Availability.LAST_FEW.value: "few"}


def groups(page: ProductPage) -> list[dict[str, Any]]:
    """As `components/_option_group.html` wants them; the first open one may ask for the focus."""
    guide = page.size_guide and address("storefront:size-guide", page.breadcrumbs[-1].slug)
    return [
        {
            **_group(option, asks=(option.key,) == page.open[:1]),
            "guide_url": guide if option.key in SIZE_OPTIONS else "",
        }
        for option in page.options
    ]


def _group(option: OptionGroup, *, asks: bool) -> dict[str, Any]:
    chosen = next((each.label for each in option.choices if each.key == option.chosen), "")
    return {
        "key": option.key,
        "label": option.label,
        "name": f"{OPTION_PREFIX}{option.key}",
        "chosen_label": chosen,
        "prompt": _prompt(option.label) if option.is_open else "",
        "first": next((each.key for each in option.choices if each.is_offered and asks), ""),
        "values": [
            {
                "value": choice.key,
                "label": choice.label,
                "hex": choice.colour,
                "chosen": choice.key == option.chosen,
                "disabled": not choice.is_offered,
                "sold_out": choice.is_sold_out,
                "why": _why(option, choice),
            }
            for choice in option.choices
        ],
    }


def prompt_of(page: ProductPage) -> str:
    """What to do before it can be bought: about the first open option; empty if there is none."""
    first = next((option for option in page.options if option.is_open), None)
    return _prompt(first.label) if first else ""


def offered(page: ProductPage) -> tuple[Variant, ...]:
    """What can still be chosen; where all of it is sold out, that."""
    if not page.open:
        return (page.variant,)
    on_sale = tuple(each for each in page.left if each.availability != Availability.SOLD_OUT)
    return on_sale or page.left


def cheapest(variants: Sequence[Variant]) -> Variant:
    return min(variants, key=lambda each: (each.price, each.list_price))


def best_band(page: ProductPage) -> str:
    """Of what can still be chosen."""
    found = {BANDS.get(each.availability, "out") for each in page.left}
    return next(band for band in ("in", "few", "out") if band in found)


def _prompt(label: str) -> str:
    # Abbreviations, for example RAM, keep their capitals.
    name = label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"
    return _("Choose your %(option)s") % {"option": name}


def _why(option: OptionGroup, choice: OptionChoice) -> str:
    """Why a value cannot be bought; who chooses a sold-out size is told when it is back."""
    if not choice.is_offered:
        return _("not available")
    if not choice.is_sold_out:
        return ""
    return _("sold out") if option.key in COLOUR_OPTIONS else _("notify me")
