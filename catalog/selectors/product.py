"""The page of one product."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONArray
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.colours import COLOUR_OPTIONS, code_of
from catalog.lookups import localized
from catalog.models import (
    Availability,
    Product,
    ProductImage,
    Variant,
    VariantOption,
)
from catalog.selectors.card import CardPicture
from catalog.selectors.sale import drop_of, sale_refusals, shows_exact_stock
from catalog.selectors.shelves import open_shelves
from catalog.selectors.types import (
    Image,
    Option,
    OptionChoice,
    OptionGroup,
    ProductPage,
    Specification,
)
from core.lookups import AsJSON
from core.pages import shows
from core.planned import planned

Options = Mapping[str, Option]


def product_page(slug: str, sku: str | None = None) -> ProductPage | None:
    """
    All that a product's page shows; None if no such product is on show. At most 4 queries.

    Without `sku`, or with one that is not sold here, the first variant on sale is chosen.
    """
    now = timezone.now()
    found = _published(slug, now)
    variants = _variants_of(found[0]) if found else ()
    if not variants:
        return None
    product = found[0]
    chosen = _chosen(variants, sku)
    makers = _makers(variants)
    values = _values_of(variants)
    shows("product", [product.pk])
    shows("collections")
    return ProductPage(
        product=product,
        variant=chosen,
        variants=variants,
        options=() if makers else tuple(_option_groups(variants, chosen, values)),
        values=values,
        makers=makers,
        images=_in_order(_images_of(product), chosen),
        brand=chosen.brand,
        family=product.category.family,
        breadcrumbs=open_shelves(having=product.category_id).path(product.category_id),
        specifications=specifications(product, chosen),
        refusal=sale_refusals([chosen], now).get(chosen.pk, ""),
        shows_exact_stock=shows_exact_stock(chosen, now),
        drop_slug=drop_of(chosen),
    )


@planned
def _published(slug: str, now: datetime) -> QuerySet[Product]:
    rows: QuerySet[Product] = Product.objects.published(now).filter(slug=slug)
    return rows.select_related("category__family", "seller")


@planned
def _variants(product: UUID) -> QuerySet[Variant]:
    """With what makes each of them what it is, as JSON."""
    options = VariantOption.objects.filter(variant=OuterRef("pk")).order_by("position", "key")
    facts = JSONArray("key", "value_key", localized("name"), localized("value"))
    rows = Variant.objects.filter(product=product, is_active=True).select_related("brand")
    rows = rows.annotate(made_of=AsJSON(ArraySubquery(options.values_list(facts))))
    return rows.order_by("position", "pk")


@planned
def _images(product: UUID) -> QuerySet[ProductImage, Any]:
    rows = ProductImage.objects.filter(product=product).order_by("position", "pk")
    columns = ("picture", "width", "height", localized("alt"), "rendition_widths")
    return rows.values_list("variant", *columns)


def _variants_of(product: Product) -> tuple[Variant, ...]:
    variants = tuple(_variants(product.pk))
    for variant in variants:
        variant.product = product
    return variants


def _values_of(variants: Sequence[Variant]) -> dict[UUID, dict[str, Option]]:
    """The options of each variant by their keys."""
    found = {}
    for variant in variants:
        options = [Option(*facts) for facts in json.loads(vars(variant)["made_of"])]
        found[variant.pk] = {option.key: option for option in options}
    return found


def _images_of(product: Product) -> list[Image]:
    return [
        Image(variant, CardPicture(name, width, height, alt, tuple(sorted(widths))))
        for variant, name, width, height, alt, widths in _images(product.pk)
    ]


def _chosen(variants: Sequence[Variant], sku: str | None) -> Variant:
    asked = next((variant for variant in variants if variant.sku == sku), None)
    on_sale = (v for v in variants if v.availability != Availability.SOLD_OUT)
    return asked or next(on_sale, variants[0])


def _in_order(images: Sequence[Image], chosen: Variant) -> tuple[Image, ...]:
    """The chosen variant's own pictures first; other variants' pictures last."""

    def rank(image: Image) -> int:
        if image.variant_id == chosen.pk:
            return 0
        return 1 if image.variant_id is None else 2

    return tuple(sorted(images, key=rank))


def _makers(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    """The variants, if the brand is what tells them apart."""
    brands = {variant.brand_id for variant in variants}
    return tuple(variants) if len(brands) > 1 else ()


def _option_groups(
    variants: Sequence[Variant], chosen: Variant, values: Mapping[UUID, Options]
) -> list[OptionGroup]:
    table = [(variant, values.get(variant.pk, {})) for variant in variants]
    current = values.get(chosen.pk, {})
    groups: dict[str, dict[str, Option]] = {}
    for _variant, options in table:
        for key, option in options.items():
            groups.setdefault(key, {}).setdefault(option.value_key, option)
    return [
        OptionGroup(
            key=key,
            label=next(iter(group.values())).name,
            choices=tuple(_choice(option, table, current) for option in group.values()),
        )
        for key, group in groups.items()
    ]


def _choice(
    option: Option, table: Sequence[tuple[Variant, Options]], current: Options
) -> OptionChoice:
    """What choosing this value leads to: the variant that keeps most of the other choices."""
    with_value = [
        (variant, options)
        for variant, options in table
        if option.key in options and options[option.key].value_key == option.value_key
    ]
    variant, options = max(
        with_value,
        key=lambda row: (_kept(row[1], current), row[0].availability != Availability.SOLD_OUT),
    )
    keeps_all = _kept(options, {**current, option.key: option}) == len(current)
    return OptionChoice(
        key=option.value_key,
        label=option.value,
        sku=variant.sku,
        chosen=option.key in current and current[option.key].value_key == option.value_key,
        available=keeps_all and variant.availability != Availability.SOLD_OUT,
        colour=code_of(option.value_key) if option.key in COLOUR_OPTIONS else "",
    )


def _kept(options: Options, current: Options) -> int:
    return sum(
        key in options and options[key].value_key == option.value_key
        for key, option in current.items()
    )


def specifications(product: Product, variant: Variant) -> tuple[Specification, ...]:
    """The attributes with their labels in the current language, and the variant's model."""
    language = (get_language() or "es")[:2]
    rows = [Specification(_("Model"), variant.model)] if variant.model else []
    for key, value in product.attributes.items():
        texts = product.specifications.get(key)
        texts = texts if isinstance(texts, dict) else {}
        label = texts.get(language) or str(key).replace("_", " ").strip().capitalize()
        text = texts.get(f"value_{language}") or _text(value)
        if text:
            rows.append(Specification(label, text))
    return tuple(rows)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None or isinstance(value, dict):
        return ""
    return str(value)
