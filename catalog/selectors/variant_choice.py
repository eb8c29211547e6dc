"""The shopper's choice of a product's options."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from catalog.colours import COLOUR_OPTIONS, code_of
from catalog.models import Availability, Variant
from catalog.selectors.types import Option, OptionChoice, OptionGroup

Values = Mapping[UUID, Mapping[str, Option]]


@dataclass(frozen=True, slots=True)
class Choice:
    """
    The chosen values by option key, and the variants that match.

    While an option is `open`, `variant` represents those left.
    """

    variant: Variant
    variants: tuple[Variant, ...]
    chosen: Mapping[str, str]
    open: tuple[str, ...]


def choose(
    variants: Sequence[Variant], values: Values, wanted: Mapping[str, str], sku: str | None = None
) -> Choice:
    """
    Narrow the variants down to the wanted values; `sku` names a fully chosen variant.

    A colour is preselected, because the page needs pictures. Other options with several values stay
    open, so that nobody buys the first size by accident. Values without a match are ignored.
    """
    asked = next((variant for variant in variants if variant.sku == sku), None)
    if asked:
        return Choice(asked, (asked,), _keys_of(values, asked), ())
    left, chosen = tuple(variants), dict[str, str]()
    keys = _in_order(variants, values)
    for key in keys:
        if wanted.get(key) in _offered(left, values, key):
            chosen[key] = wanted[key]
            left = _having(left, values, key, wanted[key])
    for key in keys:
        offered = _offered(left, values, key)
        if key not in chosen and (len(offered) == 1 or key in COLOUR_OPTIONS):
            chosen[key] = _keys_of(values, first_on_sale(left)).get(key, offered[0])
            left = _having(left, values, key, chosen[key])
    is_open = tuple(key for key in keys if key not in chosen)
    return Choice(first_on_sale(left), left, chosen, is_open)


def first_on_sale(variants: Sequence[Variant]) -> Variant:
    """The first available variant, else the first."""
    on_sale = (each for each in variants if each.availability != Availability.SOLD_OUT)
    return next(on_sale, variants[0])


def option_groups(
    variants: Sequence[Variant], values: Values, choice: Choice
) -> tuple[OptionGroup, ...]:
    """The options with their values, in the order of the variants."""
    groups: dict[str, dict[str, Option]] = {}
    for variant in variants:
        for key, option in values[variant.pk].items():
            groups.setdefault(key, {}).setdefault(option.value_key, option)
    keys = _in_order(variants, values)
    return tuple(
        OptionGroup(
            key=key,
            label=next(iter(group.values())).name,
            choices=tuple(
                _choice(
                    option, _with_chosen(variants, values, choice, keys[: keys.index(key)]), values
                )
                for option in group.values()
            ),
            chosen=choice.chosen.get(key, ""),
            is_open=key in choice.open,
        )
        for key, group in groups.items()
    )


def _with_chosen(
    variants: Sequence[Variant], values: Values, choice: Choice, keys: Sequence[str]
) -> tuple[Variant, ...]:
    """Variants with the values chosen for these options."""
    left = tuple(variants)
    for key in keys:
        if key in choice.chosen:
            left = _having(left, values, key, choice.chosen[key])
    return left


def _choice(option: Option, left: Sequence[Variant], values: Values) -> OptionChoice:
    found = _having(left, values, option.key, option.value_key)
    return OptionChoice(
        key=option.value_key,
        label=option.value,
        is_offered=bool(found),
        is_sold_out=bool(found) and _are_sold_out(found),
        colour=code_of(option.value_key) if option.key in COLOUR_OPTIONS else "",
    )


def _are_sold_out(variants: Sequence[Variant]) -> bool:
    return all(each.availability == Availability.SOLD_OUT for each in variants)


def _in_order(variants: Sequence[Variant], values: Values) -> list[str]:
    """The option keys, colours first: sizes depend on the colour."""
    keys = dict.fromkeys(key for variant in variants for key in values[variant.pk])
    return sorted(keys, key=lambda key: key not in COLOUR_OPTIONS)


def _offered(variants: Sequence[Variant], values: Values, key: str) -> list[str]:
    """The values of an option; includes an empty one if a variant lacks the option."""
    return list(dict.fromkeys(_keys_of(values, variant).get(key, "") for variant in variants))


def _having(
    variants: Sequence[Variant], values: Values, key: str, value: str
) -> tuple[Variant, ...]:
    return tuple(each for each in variants if _keys_of(values, each).get(key, "") == value)


def _keys_of(values: Values, variant: Variant) -> dict[str, str]:
    return {key: option.value_key for key, option in values[variant.pk].items()}
