"""Denormalised data that other apps report, and the search index."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F

from catalog.models import Availability, Product, Variant
from catalog.search import indexing


@transaction.atomic
def set_availability(variant_id: UUID, band: str) -> None:
    """Set the variant's availability, and the best one of its active variants on the product."""
    variant = Variant.objects.filter(pk=variant_id).only("product_id").first()
    if variant is None:
        return
    # Lock the product first, as everywhere: two variants may change at once.
    product = Product.objects.select_for_update(no_key=True).get(pk=variant.product_id)
    Variant.objects.filter(pk=variant_id).update(availability=Availability(band))
    bands = set(product.variants.filter(is_active=True).values_list("availability", flat=True))
    order = (Availability.IN_STOCK, Availability.LAST_FEW, Availability.SOLD_OUT)
    best = next((known for known in order if known in bands), Availability.SOLD_OUT)
    if product.availability != best:
        Product.objects.filter(pk=product.pk).update(availability=best)


@transaction.atomic
def set_costs(costs: Mapping[UUID, Decimal]) -> None:
    """Set the last purchase costs of variants, without tax. Locks in key order."""
    for variant_id in sorted(costs):
        Variant.objects.filter(pk=variant_id).update(cost=costs[variant_id])


@transaction.atomic
def add_sold(quantities: Mapping[UUID, int]) -> None:
    """
    Add units sold, negative for returns, never below zero.

    Locks products, then variants, in key order, as price changes do.
    """
    variants = Variant.objects.filter(pk__in=quantities).order_by("pk")
    concerned = Product.objects.filter(pk__in=variants.order_by().values("product"))
    products = list(concerned.only("units_sold").locked())
    of_products: dict[UUID, int] = {}
    for variant in variants.only("pk", "product_id", "units_sold").select_for_update(no_key=True):
        units = max(quantities[variant.pk], -variant.units_sold)
        Variant.objects.filter(pk=variant.pk).update(units_sold=F("units_sold") + units)
        of_products[variant.product_id] = of_products.get(variant.product_id, 0) + units
    for product in products:
        total = max(0, product.units_sold + of_products.get(product.pk, 0))
        Product.objects.filter(pk=product.pk).update(units_sold=total)


def refresh_search(product_ids: Sequence[UUID]) -> int:
    """Rebuild search entries and facets of these products; returns how many."""
    return indexing.refresh_whole(product_ids)


def refresh_stale_search(limit: int = 500) -> int:
    """Rebuild stale search entries, oldest first; returns how many."""
    return indexing.refresh_stale(limit)


def count_search_words() -> int:
    """Recount the words of all titles, for typos and weights; returns how many."""
    return indexing.count_words()
