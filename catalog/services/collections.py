"""Products of collections and their order."""

import re
from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from catalog.models import Collection, CollectionProduct, Product

_ADDRESS = re.compile(r"/p/(?P<slug>[-\w]+)/?")


@transaction.atomic
def arrange(
    collection_id: UUID, *, places: Mapping[UUID, int], removed: Several[UUID] = ()
) -> None:
    """
    Move entries to places, counted from 1, and remove some; the others close up.

    Places past the end mean the last one.
    """
    entries = _locked_entries(collection_id)
    gone = [entry for entry in entries if entry.pk in removed]
    CollectionProduct.objects.filter(pk__in=[entry.pk for entry in gone]).delete()
    moved = {entry.pk: entry for entry in entries if entry.pk in places and entry not in gone}
    order = [entry for entry in entries if entry not in gone and entry.pk not in moved]
    for key in sorted(moved, key=lambda key: places[key]):
        order.insert(max(0, places[key] - 1), moved[key])
    _number(order)


@transaction.atomic
def add_products(collection_id: UUID, product_ids: Iterable[UUID]) -> int:
    """Append products to a collection in this order; returns how many were added."""
    entries = _locked_entries(collection_id)
    there = {entry.product_id for entry in entries}
    new = [key for key in dict.fromkeys(product_ids) if key not in there]
    _number(entries)
    CollectionProduct.objects.bulk_create(
        CollectionProduct(collection_id=collection_id, product_id=key, position=position)
        for position, key in enumerate(new, len(entries) + 1)
    )
    return len(new)


def find_products(lines: Iterable[str]) -> tuple[list[UUID], list[str]]:
    """Find products by SKU, variant's SKU or URL; returns them and the unknown lines. 1 query."""
    wanted = {line: _slug(line) or line for line in (text.strip() for text in lines) if line}
    words = set(wanted.values())
    rows = Product.objects.filter(
        Q(sku__in=words) | Q(slug__in=words) | Q(variants__sku__in=words)
    ).values_list("pk", "sku", "slug", "variants__sku")
    known = {word: key for key, *names in rows for word in names}
    found = [known[word] for word in wanted.values() if word in known]
    return found, [line for line, word in wanted.items() if word not in known]


def _slug(line: str) -> str:
    match = _ADDRESS.search(line)
    return match["slug"] if match else ""


def _locked_entries(collection_id: UUID) -> list[CollectionProduct]:
    """The entries in order, locked."""
    Collection.objects.select_for_update(no_key=True).get(pk=collection_id)
    return list(CollectionProduct.objects.filter(collection=collection_id).in_order())


def _number(order: Iterable[CollectionProduct]) -> None:
    changed = []
    for position, entry in enumerate(order, 1):
        if entry.position != position:
            entry.position = position
            changed.append(entry)
    CollectionProduct.objects.bulk_update(changed, ["position"])
