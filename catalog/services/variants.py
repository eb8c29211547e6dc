"""Creates variants from options: all combinations of their values."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product as combine
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalog.exceptions import PriceInDoubt, WrongOptions, WrongPrice
from catalog.models import Product, Variant, VariantOption
from catalog.services.prices import Prices, check_prices, price_doubt
from core.ids import uuid7
from core.money import ZERO

MAX_VARIANTS = 200
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
Key = frozenset[tuple[str, str]]
Texts = Mapping[str, str]


@dataclass(frozen=True)
class OptionValue:
    """A value as typed; the SKU suffix defaults to the value."""

    text: str
    suffix: str = ""
    modifier: Decimal = ZERO

    @property
    def sku_suffix(self) -> str:
        return self.suffix or slugify(self.text).upper()


@dataclass(frozen=True)
class Option:
    name: str
    values: tuple[OptionValue, ...]


@dataclass(frozen=True)
class PlannedVariant:
    """One combination: its name and SKU, and whether it can be created."""

    sku: str
    sku_suffix: str
    values: tuple[str, ...]
    list_price: Decimal
    options: tuple[Mapping[str, Any], ...]
    sale_price: Decimal | None = None
    is_active: bool = True
    exists: bool = False
    refusal: str = ""
    # The field that is wrong.
    refused: str = "sku"
    doubt: str = ""

    @property
    def is_new(self) -> bool:
        return not self.exists and not self.refusal

    @property
    def key(self) -> str:
        """The combination, as forms name it."""
        return "--".join(str(option["value_key"]) for option in self.options) or "single"


# What staff typed over the proposal, by the key of the combination: fields of a PlannedVariant.
Changes = Mapping[str, Mapping[str, Any]]


def plan_variants(
    product: Product, options: Sequence[Option], changes: Changes | None = None
) -> list[PlannedVariant]:
    """
    Preview of `create_variants`, with existing combinations. 4 queries.

    A product that is not saved yet has none. Without options one variant is planned.

    :raises WrongOptions: with a message for the user
    """
    _check(options)
    known = _known(product)
    words = _OptionTexts(options)
    proposed = [_plan(product, row, words) for row in combine(*_rows(options))]
    plans = [replace(plan, **(changes or {}).get(plan.key, {})) for plan in proposed]
    skus = {plan.sku for plan in plans}
    taken = set(Variant.objects.filter(sku__in=skus).values_list("sku", flat=True))
    named = Counter(plan.sku for plan in plans)
    taken |= {sku for sku, count in named.items() if count > 1}
    return [_checked(plan, known, taken) for plan in plans]


@transaction.atomic
def create_variants(
    product_id: UUID,
    options: Sequence[Option],
    changes: Changes | None = None,
    *,
    confirmed: bool = False,
) -> dict[str, Variant]:
    """
    Create the missing variants of these options; returns them by combination. Idempotent.

    Without options one variant is created, unless there are some.

    :raises WrongOptions: if any of them cannot be created; none is then
    :raises PriceInDoubt: if one would be free, and this is not confirmed
    """
    product = Product.objects.select_for_update(no_key=True).get(pk=product_id)
    plans = [plan for plan in plan_variants(product, options, changes) if not plan.exists]
    if refused := [f"{plan.sku}: {plan.refusal}" for plan in plans if plan.refusal]:
        raise WrongOptions(" ".join(refused[:5]))
    if doubts := [plan.doubt for plan in plans if plan.doubt and not confirmed]:
        raise PriceInDoubt(doubts[0])
    rows = [_variant(product, plan) for plan in plans]
    _place(product, rows)
    try:
        with transaction.atomic():
            Variant.objects.bulk_create(rows)
    except IntegrityError as error:
        raise WrongOptions(_("Somebody has just taken one of these SKUs. Try again.")) from error
    VariantOption.objects.bulk_create(
        VariantOption(variant=row, position=place, **option)
        for row, plan in zip(rows, plans, strict=True)
        for place, option in enumerate(plan.options)
    )
    return {plan.key: row for plan, row in zip(plans, rows, strict=True)}


def _place(product: Product, rows: Sequence[Variant]) -> None:
    """Put them after the others, with their brand if all have the same one. 2 queries."""
    others = list(product.variants.values_list("position", "brand_id"))
    brands = {brand_id for _position, brand_id in others}
    first = max((position for position, _brand_id in others), default=-1) + 1
    for position, row in enumerate(rows, first):
        row.position = position
        row.brand_id = next(iter(brands)) if len(brands) == 1 else None
    _make_slugs_unique(rows)


def _check(options: Sequence[Option]) -> None:
    names = [slugify(option.name) for option in options]
    for option, name in zip(options, names, strict=True):
        if not name:
            raise WrongOptions(_("An option needs a name with letters or figures."))
        if names.count(name) > 1:
            raise WrongOptions(_("The option “%(name)s” is there twice.") % {"name": option.name})
        _check_values(option)
    count = math.prod(len(option.values) for option in options)
    if count > MAX_VARIANTS:
        raise WrongOptions(
            _("These are %(count)s combinations. At most %(most)s are made at once.")
            % {"count": count, "most": MAX_VARIANTS}
        )


def _check_values(option: Option) -> None:
    if not option.values:
        raise WrongOptions(_("The option “%(name)s” has no values.") % {"name": option.name})
    suffixes = [value.sku_suffix for value in option.values]
    texts = [slugify(value.text) for value in option.values]
    for value, suffix, text in zip(option.values, suffixes, texts, strict=True):
        said = {"value": value.text, "name": option.name}
        if not suffix or not text:
            raise WrongOptions(_("“%(value)s” needs letters or figures.") % said)
        if suffixes.count(suffix) > 1 or texts.count(text) > 1:
            raise WrongOptions(_("“%(value)s” is there twice in “%(name)s”.") % said)


def _rows(options: Sequence[Option]) -> list[list[tuple[Option, OptionValue]]]:
    return [[(option, value) for value in option.values] for option in options]


class _OptionTexts:
    """
    Known keys and names of options and values in each language. 2 queries.

    Options typed in one language thus get the keys and translations of other products.
    """

    def __init__(self, options: Sequence[Option]) -> None:
        typed = {option.name for option in options}
        wanted = Q(key__in={slugify(name)[:60] for name in typed})
        for code in LANGUAGES:
            wanted |= Q(**{f"name_{code}__in": typed | {name.capitalize() for name in typed}})
        rows = VariantOption.objects.filter(wanted).order_by().distinct()
        self._names = list(rows.values("key", *(f"name_{code}" for code in LANGUAGES)))
        self._keys = {option.name: self._key(option.name) for option in options}
        self._values = self._known_values(options)

    def of(self, option: Option, value: OptionValue) -> dict[str, Any]:
        """Columns of an option row."""
        key = self._keys[option.name]
        known_name = next((row for row in self._names if row["key"] == key), None)
        name = known_name or {f"name_{code}": option.name for code in LANGUAGES}
        known_value = next((row for row in self._values if _is_called(row, key, value)), None)
        texts = known_value or {
            "value_key": slugify(value.text)[:120],
            **{f"value_{code}": value.text for code in LANGUAGES},
        }
        return {**name, **texts, "key": key}

    def _key(self, typed: str) -> str:
        slug = slugify(typed)[:60]
        said = (
            row["key"]
            for row in self._names
            if any((row[f"name_{code}"] or "").casefold() == typed.casefold() for code in LANGUAGES)
        )
        return slug if any(row["key"] == slug for row in self._names) else next(said, slug)

    def _known_values(self, options: Sequence[Option]) -> list[dict[str, Any]]:
        typed = {value.text for option in options for value in option.values}
        wanted = Q(value_key__in={slugify(text)[:120] for text in typed})
        for code in LANGUAGES:
            wanted |= Q(**{f"value_{code}__in": typed})
        rows = VariantOption.objects.filter(wanted, key__in=set(self._keys.values()))
        fields = ("key", "value_key", *(f"value_{code}" for code in LANGUAGES))
        return list(rows.order_by("key", "value_key").distinct("key", "value_key").values(*fields))


def _is_called(row: Mapping[str, Any], key: str, value: OptionValue) -> bool:
    texts = {row["value_key"], *(row[f"value_{code}"] for code in LANGUAGES)}
    return row["key"] == key and bool(texts & {value.text, slugify(value.text)[:120]})


def _known(product: Product) -> set[Key]:
    """
    The existing combinations. 1 query.

    Any variant stands for the one without options, so that none is added beside others.
    """
    if product._state.adding:
        return set()
    found: dict[UUID, set[tuple[str, str]]] = {}
    rows = product.variants.values_list("pk", "options__key", "options__value_key")
    for variant_id, key, value in rows:
        found.setdefault(variant_id, set()).update({(key, value)} if key else ())
    return {frozenset(), *map(frozenset, found.values())} if found else set()


def _plan(
    product: Product, row: Sequence[tuple[Option, OptionValue]], words: _OptionTexts
) -> PlannedVariant:
    suffix = "-".join(value.sku_suffix for _option, value in row)
    return PlannedVariant(
        sku="-".join(filter(None, [product.sku, suffix])),
        sku_suffix=suffix,
        values=tuple(value.text for _option, value in row),
        list_price=product.base_price + sum((value.modifier for _option, value in row), ZERO),
        options=tuple(words.of(option, value) for option, value in row),
    )


def _checked(plan: PlannedVariant, known: set[Key], taken: set[str]) -> PlannedVariant:
    """The same with the reason for a refusal."""
    key = frozenset((option["key"], option["value_key"]) for option in plan.options)
    if key in known:
        return replace(plan, exists=True)
    if plan.sku in taken:
        return replace(plan, refusal=_("This SKU is taken."))
    if len(plan.sku) > _length("sku") or len(plan.sku_suffix) > _length("sku_suffix"):
        return replace(plan, refusal=_("The SKU gets too long: type shorter suffixes."))
    try:
        prices = Prices(plan.list_price, plan.sale_price)
        check_prices(None, prices, confirmed=True)
    except WrongPrice as refusal:
        field = "price_modifier" if plan.sale_price is None else "sale_price"
        return replace(plan, refusal=str(refusal), refused=field)
    return replace(plan, doubt=price_doubt(None, prices.current))


def _variant(product: Product, plan: PlannedVariant) -> Variant:
    """A row with names in each language of the product's name."""
    names = {}
    for code in LANGUAGES:
        if name := getattr(product, f"name_{code}"):
            values = [option[f"value_{code}"] or "" for option in plan.options]
            names[f"name_{code}"] = " · ".join(filter(None, [name, *values]))[: _length("name")]
    return Variant(
        id=uuid7(),
        product=product,
        sku=plan.sku,
        sku_suffix=plan.sku_suffix,
        slug=slugify(plan.sku),
        price_modifier=plan.list_price - product.base_price,
        sale_price=plan.sale_price,
        is_on_offer=plan.sale_price is not None,
        is_active=plan.is_active,
        **names,
    )


def _make_slugs_unique(rows: Sequence[Variant]) -> None:
    """Append a part of the key to slugs that are taken. 1 query."""
    slugs = [row.slug for row in rows]
    taken = set(Variant.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    for row in rows:
        if row.slug in taken or slugs.count(row.slug) > 1:
            row.slug = f"{row.slug[:220]}-{row.pk.hex[-12:]}"


def _length(field: str) -> int:
    return int(getattr(Variant._meta.get_field(field), "max_length", 0))
