"""The product page."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONArray
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.lookups import localized
from catalog.models import Collection, Product, ProductImage, Variant, VariantOption
from catalog.selectors.cards import CardPicture
from catalog.selectors.category_tree import active_categories, size_guide_of
from catalog.selectors.pictures import images_of, pictures_for
from catalog.selectors.sale import drop_of, running_drops, sale_refusals, shows_exact_stock
from catalog.selectors.types import Image, Option, ProductPage, Specification
from catalog.selectors.variant_choice import Choice, choose, first_on_sale, option_groups
from core.caching.page import tag
from core.caching.ttl import TTLCache
from core.database.compiled import compiled
from core.database.lookups import AsJSON


def product_page(
    slug: str, sku: str | None = None, wanted: Mapping[str, str] | None = None
) -> ProductPage | None:
    """
    Everything on a product page; None if the product is not visible. At most 4 queries.

    `sku` names a variant, `wanted` option values by key; unknown ones are ignored.
    """
    now = timezone.now()
    product = next(iter(_published(slug, now)), None)
    variants = _variants_of(product) if product else ()
    if not (product and variants):
        return None
    makers = _makers(variants)
    values = _values_of(variants)
    choice = _made_by(makers, sku) if makers else choose(variants, values, wanted or {}, sku)
    chosen = choice.variant
    images = _images_of(product)
    path = active_categories(having=product.category_id).path(product.category_id)
    tag("product", [product.pk])
    tag("collections")
    return ProductPage(
        product=product,
        variant=chosen,
        variants=variants,
        left=choice.variants,
        open=choice.open,
        options=() if makers else option_groups(variants, values, choice),
        values=values,
        makers=makers,
        images=tuple(pictures_for(images, chosen.pk)),
        all_images=tuple(images),
        brand=chosen.brand,
        family=product.category.family,
        breadcrumbs=path,
        size_guide=size_guide_of(path),
        specifications=specifications(product, chosen),
        refusal=sale_refusals([chosen], now).get(chosen.pk, ""),
        shows_exact_stock=shows_exact_stock(chosen, now),
        drop=_drop_until(running_drops([chosen], now)[product.pk]),
        drop_slug=drop_of(chosen),
    )


@compiled
def _published(slug: str, now: datetime) -> QuerySet[Product]:
    rows: QuerySet[Product] = Product.objects.published(now).filter(slug=slug)
    return rows.select_related("category__family", "seller")


@compiled
def _variants(product: UUID) -> QuerySet[Variant]:
    """Variants with their options as JSON."""
    options = VariantOption.objects.filter(variant=OuterRef("pk")).order_by("position", "key")
    facts = JSONArray("key", "value_key", localized("name"), localized("value"))
    rows = Variant.objects.filter(product=product, is_active=True).select_related("brand")
    rows = rows.annotate(made_of=AsJSON(ArraySubquery(options.values_list(facts))))
    return rows.order_by("position", "pk")


def chosen_sku(slug: str, wanted: Mapping[str, str], sku: str = "") -> str | None:
    """
    The variant with exactly these option values; `sku` if it has them. At most 2 queries.

    None while an option is open, or if no variant has them all. Cached for a second, as many
    shoppers choose the same during a drop.
    """
    variants = _cached_variants.get([slug]).get(slug)
    if not variants:
        return None
    values = _values_of(variants)
    for variant in variants:
        own = {key: option.value_key for key, option in values[variant.pk].items()}
        if variant.sku == sku and own == wanted:
            return sku
    choice = choose(variants, values, wanted)
    is_other = any(choice.chosen.get(key) != value for key, value in wanted.items())
    return None if choice.open or is_other else choice.variant.sku


def _read_by_slug(slugs: list[str]) -> dict[str, tuple[Variant, ...]]:
    now = timezone.now()
    return {row.slug: _variants_of(row) for slug in slugs for row in _published(slug, now)}


def _variants_of(product: Product) -> tuple[Variant, ...]:
    variants = tuple(_variants(product.pk))
    for variant in variants:
        variant.product = product
    return variants


def _values_of(variants: Sequence[Variant]) -> dict[UUID, dict[str, Option]]:
    """The option values of each variant by key."""
    found = {}
    for variant in variants:
        options = [Option(*facts) for facts in json.loads(vars(variant)["made_of"])]
        found[variant.pk] = {option.key: option for option in options}
    return found


def _images_of(product: Product) -> list[Image]:
    return [
        Image(each.variant_id, each.option_key, vars(each)["shown_by"], _picture(each))
        for each in images_of([product.pk])
    ]


def _picture(image: ProductImage) -> CardPicture:
    widths = tuple(sorted(image.rendition_widths))
    return CardPicture(str(image.picture.name), image.width, image.height, image.alt, widths)


def _makers(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    """The variants, if they differ by brand only."""
    brands = {variant.brand_id for variant in variants}
    return tuple(variants) if len(brands) > 1 else ()


def _made_by(makers: Sequence[Variant], sku: str | None) -> Choice:
    """The requested brand's variant; there are no other options."""
    asked = next((variant for variant in makers if variant.sku == sku), None)
    chosen = asked or first_on_sale(makers)
    return Choice(chosen, (chosen,), {}, ())


def _drop_until(drops: Sequence[Collection]) -> Collection | None:
    """Of several running drops, the one that ends last."""
    forever = datetime.max.replace(tzinfo=UTC)
    return max(drops, key=lambda drop: drop.ends_at or forever, default=None)


def specifications(product: Product, variant: Variant) -> tuple[Specification, ...]:
    """The attributes with labels in the current language, and the variant's model."""
    language = (get_language() or "es")[:2]
    rows = [Specification(_("Model"), variant.model)] if variant.model else []
    for key, value in product.attributes.items():
        texts = product.specifications.get(key)
        texts = texts if isinstance(texts, dict) else {}
        label = texts.get(language) or str(key).replace("_", " ").strip().capitalize()
        text = texts.get(f"value_{language}") or _text(value)
        if text:
            rows.append(Specification(label, text))
    return (*rows, *_measures(variant))


def _measures(variant: Variant) -> Iterator[Specification]:
    """Known size and weight."""
    sides = (variant.length_cm, variant.width_cm, variant.height_cm)
    if None not in sides:
        size = " × ".join(number_format(side.normalize()) for side in sides if side is not None)
        yield Specification(_("Length × width × height"), f"{size} cm")
    if variant.weight_kg:
        yield Specification(_("Weight"), f"{number_format(variant.weight_kg.normalize())} kg")


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


_cached_variants = TTLCache(_read_by_slug)
