"""The products of a batch of rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Prefetch, Q

from catalog.models import PictureFetch, Product, ProductImage, SheetRow, Variant, VariantOption


@dataclass(slots=True)
class Batch:
    """Locked rows with lookups."""

    products: dict[UUID, Product]
    by_key: dict[str, Product]
    variants: dict[str, Variant]
    of_product: dict[UUID, list[Variant]]
    new_products: set[UUID] = field(default_factory=set)
    new_variants: set[UUID] = field(default_factory=set)
    options: list[VariantOption] = field(default_factory=list)
    options_gone: list[UUID] = field(default_factory=list)
    # Known picture fetches, by product and URL.
    fetched: set[tuple[UUID, str]] = field(default_factory=set)
    # Per product and column: the line and the text of its first row.
    first_cells: dict[UUID, dict[str, tuple[int, str]]] = field(default_factory=dict)

    def add_product(self, product: Product) -> None:
        self.products[product.pk] = self.by_key[product.sku] = product
        self.of_product[product.pk] = []
        self.new_products.add(product.pk)

    def add_variant(self, variant: Variant) -> None:
        self.variants[variant.sku] = variant
        self.of_product[variant.product_id].append(variant)
        self.new_variants.add(variant.pk)


def load_batch(rows: Sequence[SheetRow]) -> Batch:
    """Load and lock all products of the rows, with all of their variants. 7 queries."""
    skus = {row.sku for row in rows}
    named = Variant.objects.filter(sku__in=skus).values_list("product_id", flat=True)
    images = Prefetch("images", ProductImage.objects.order_by("position", "pk"))
    found = Product.objects.filter(
        Q(pk__in=set(named)) | Q(sku__in={row.product_key for row in rows})
    )
    products = {
        product.pk: product
        for product in found.select_related("seller").prefetch_related(images).locked()
    }
    variants = list(
        Variant.objects.filter(product__in=products)
        .locked()
        .select_related("brand")
        .prefetch_related("options", images)
    )
    of_product: dict[UUID, list[Variant]] = {pk: [] for pk in products}
    for variant in variants:
        of_product[variant.product_id].append(variant)
    return Batch(
        products,
        {product.sku: product for product in products.values()},
        {variant.sku: variant for variant in variants},
        of_product,
        fetched=set(
            PictureFetch.objects.filter(product__in=products).values_list("product_id", "source")
        ),
    )


def split_prices(batch: Batch) -> None:
    """
    Split list prices into base price and modifiers.

    A new product's base price is its lowest list price. That of an existing product stays: a change
    would touch the prices and the history of all its variants.
    """
    for pk, variants in batch.of_product.items():
        product = batch.products[pk]
        if pk in batch.new_products:
            product.base_price = min(variant.list_price for variant in variants)
        for variant in variants:
            variant.price_modifier = variant.list_price - product.base_price
