"""The page of one product."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.colours import COLOUR_OPTIONS, code_of
from catalog.models import (
    Availability,
    Category,
    Product,
    ProductImage,
    Variant,
    VariantOption,
)
from catalog.selectors.sale import drop_of, sale_refusals, shows_exact_stock
from catalog.selectors.types import (
    OptionChoice,
    OptionGroup,
    ProductPage,
    Specification,
)
from core.pages import shows

Options = Mapping[str, VariantOption]


def product_page(slug: str, sku: str | None = None) -> ProductPage | None:
    """
    All that a product's page shows; None if no such product is on show. At most 6 queries.

    Without `sku`, or with one that is not sold here, the first variant on sale is chosen.
    """
    product = (
        Product.objects.published()
        .select_related("category__family", "seller")
        .filter(slug=slug)
        .first()
    )
    if product is None:
        return None
    variants = _variants(product)
    if not variants:
        return None
    chosen = _chosen(variants, sku)
    images = _images(product, chosen)
    makers = _makers(variants)
    now = timezone.now()
    shows("product", [product.pk])
    shows("collections")
    return ProductPage(
        product=product,
        variant=chosen,
        variants=variants,
        options=() if makers else tuple(_option_groups(variants, chosen)),
        makers=makers,
        images=images,
        brand=chosen.brand,
        family=product.category.family,
        breadcrumbs=_breadcrumbs(product),
        specifications=specifications(product, chosen),
        refusal=sale_refusals([chosen], now).get(chosen.pk, ""),
        shows_exact_stock=shows_exact_stock(chosen, now),
        drop_slug=drop_of(chosen),
    )


def _variants(product: Product) -> tuple[Variant, ...]:
    options = Prefetch("options", VariantOption.objects.order_by("position", "key"))
    rows = (
        product.variants.filter(is_active=True)
        .select_related("brand")
        .prefetch_related(options)
        .order_by("position", "pk")
    )
    variants = tuple(rows)
    for variant in variants:
        variant.product = product
    return variants


def _chosen(variants: Sequence[Variant], sku: str | None) -> Variant:
    asked = next((variant for variant in variants if variant.sku == sku), None)
    on_sale = (v for v in variants if v.availability != Availability.SOLD_OUT)
    return asked or next(on_sale, variants[0])


def _images(product: Product, chosen: Variant) -> tuple[ProductImage, ...]:
    """The chosen variant's own pictures first; other variants' pictures last."""
    rows = product.images.order_by("position", "pk")

    def rank(image: ProductImage) -> int:
        if image.variant_id == chosen.pk:
            return 0
        return 1 if image.variant_id is None else 2

    return tuple(sorted(rows, key=rank))


def _options_of(variant: Variant) -> dict[str, VariantOption]:
    return {option.key: option for option in variant.options.all()}


def _makers(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    """The variants, if the brand is what tells them apart."""
    brands = {variant.brand_id for variant in variants}
    return tuple(variants) if len(brands) > 1 else ()


def _option_groups(variants: Sequence[Variant], chosen: Variant) -> list[OptionGroup]:
    table = [(variant, _options_of(variant)) for variant in variants]
    current = _options_of(chosen)
    groups: dict[str, dict[str, VariantOption]] = {}
    for _variant, options in table:
        for key, option in options.items():
            groups.setdefault(key, {}).setdefault(option.value_key, option)
    return [
        OptionGroup(
            key=key,
            label=next(iter(values.values())).name,
            choices=tuple(_choice(option, table, current) for option in values.values()),
        )
        for key, values in groups.items()
    ]


def _choice(
    option: VariantOption, table: Sequence[tuple[Variant, Options]], current: Options
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


def _breadcrumbs(product: Product) -> tuple[Category, ...]:
    """The categories from the top down to the product's. 1 query."""
    found: dict[UUID, Category] = {
        category.pk: category
        for category in Category.objects.filter(family=product.category.family_id).only(
            "id", "parent_id", "name", "slug"
        )
    }
    path: list[Category] = []
    step: UUID | None = product.category_id
    while step in found:
        path.insert(0, found[step])
        step = found[step].parent_id
    return tuple(path)


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
