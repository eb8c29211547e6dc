"""Goods as staff find them to sell: by code or words, with picture, price and free units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from cart.selectors import free_units, options_of, pictures_of
from catalog.models import Variant
from catalog.querysets import VariantQuerySet
from catalog.search.texts import plain, split

MAX_FOUND = 8
MAX_TEXT = 100
# Fewer letters have no trigram, so that no index could help.
MIN_WORD_LENGTH = 3


@dataclass(frozen=True, kw_only=True)
class Good:
    """A variant to choose, with what decides whether it is the one."""

    pk: UUID
    name: str
    sku: str
    options: str
    price: Decimal
    free: int
    picture: dict[str, Any] | None


def find_goods(text: str, *, warehouse_id: UUID | None = None) -> Sequence[Good]:
    """
    The variant with this SKU or bar code, else those with each of the words. At most 8.

    Their free units are those of the warehouse that is given, else of all.
    """
    text = text.replace("\0", "").strip()[:MAX_TEXT]
    found = (_with_code(text) or _with_words(text)) if text else []
    return _described(found, warehouse_id)


def with_code(text: str) -> UUID | None:
    """The variant that a scanner has read, or whose SKU was typed. 1 query."""
    return next((row.pk for row in _with_code(text.replace("\0", "").strip()[:MAX_TEXT])), None)


def _with_code(text: str) -> list[Variant]:
    named = Q(sku__in={text, text.upper()}) | Q(gtin=text, gtin__gt="")
    return list(_sold().filter(named)[:1])


def _with_words(text: str) -> list[Variant]:
    """Variants named so, then those of products whose brand or category is."""
    words = [word for word in split(text) if len(word) >= MIN_WORD_LENGTH]
    if not words:
        return []
    own, of_product = _sold(), _sold()
    for word in text.split():
        own = own.filter(
            Q(name_es__icontains=word) | Q(name_en__icontains=word) | Q(sku__icontains=word)
        )
    for word in words:
        of_product = of_product.filter(product__search_entry__title__contains=plain(word))
    found = {row.pk: row for row in _best(own)}
    found |= {row.pk: row for row in _best(of_product) if row.pk not in found}
    return list(found.values())[:MAX_FOUND]


def _best(rows: VariantQuerySet) -> Iterable[Variant]:
    return rows.order_by("-units_sold", "pk")[:MAX_FOUND]


def _sold() -> VariantQuerySet:
    rows: VariantQuerySet = Variant.objects.filter(is_active=True, product__is_active=True)
    return rows.select_related("product")


def _described(variants: Sequence[Variant], warehouse_id: UUID | None) -> list[Good]:
    if not variants:
        return []
    keys = [variant.pk for variant in variants]
    free = free_units(variants, warehouse_id=warehouse_id)
    options, pictures = options_of(keys), pictures_of(variants)
    return [
        Good(
            pk=variant.pk,
            name=variant.product.name,
            sku=variant.sku,
            options=" · ".join(options.get(variant.pk, {}).values()),
            price=variant.price,
            free=free[variant.pk],
            picture=pictures.get(variant.pk),
        )
        for variant in variants
    ]
