"""Variants side by side."""

from collections.abc import Sequence

from catalog.models import Product, Variant
from catalog.selectors.pictures import first_pictures
from catalog.selectors.product import specifications
from catalog.selectors.types import Compared

MAX_COMPARED = 4


def visible_variants(skus: Sequence[str]) -> list[Variant]:
    """The visible variants of these SKUs in this order. 1 query."""
    shown = Variant.objects.active().filter(product__in=Product.objects.published())
    found = {
        each.sku: each
        for each in shown.filter(sku__in=skus).select_related("product__category", "brand")
    }
    return [found[sku] for sku in dict.fromkeys(skus) if sku in found]


def comparison(skus: Sequence[str]) -> tuple[Compared, ...]:
    """The visible variants of these SKUs in this order, up to the maximum. 2 queries."""
    variants = visible_variants(skus)[:MAX_COMPARED]
    images = first_pictures(variants)
    return tuple(
        Compared(
            variant=variant,
            image=images.get(variant.pk),
            specifications={
                row.label: row.value for row in specifications(variant.product, variant)
            },
        )
        for variant in variants
    )


def comparable(chosen: Sequence[Compared], most: int = 6) -> list[Variant]:
    """Best sellers of the first variant's category that are not compared yet. 1 query."""
    if not chosen:
        return []
    first = chosen[0].variant.product
    products = (
        Product.objects.published()
        .filter(category=first.category_id)
        .exclude(pk__in=[each.variant.product_id for each in chosen])
        .order_by("-units_sold", "pk")
    )
    variants = Variant.objects.active().filter(product__in=products.values("pk")[:most])
    one_each = variants.order_by("product", "position", "pk").distinct("product")
    return sorted(one_each.select_related("product"), key=lambda each: each.product.name)
