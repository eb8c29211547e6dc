"""Rows of product cards: the ones of the home page, and best sellers for pages with no result."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, QuerySet, UUIDField, Window
from django.db.models.functions import RowNumber

from catalog.models import Availability, Category, Product
from catalog.selectors import cards_of
from storefront import presenters
from storefront.models import HomeBlockKind

ROW_LENGTH = 8


def rows(
    names: Sequence[str], most: int = ROW_LENGTH, shown: Collection[UUID] = ()
) -> dict[str, list[dict[str, Any]]]:
    """
    Rows of cards, of "offers", "news" and "popular", or of collections by their keys.

    No product comes twice, nor one that the page has `shown` before. 1 query for each, and 1 for
    all their cards.
    """
    seen = set(shown)
    chosen: dict[str, list[UUID]] = {}
    for name in names:
        # Sorting keys alone is cheaper than sorting whole products.
        keys = _row(name, most + len(seen)).values_list("pk", flat=True)[: most + len(seen)]
        chosen[name] = [key for key in keys if key not in seen][:most]
        seen.update(chosen[name])
    cards = cards_of(list({key for row in chosen.values() for key in row}))
    rendered = dict(zip((card.id for card in cards), presenters.cards(cards), strict=True))
    return {name: [rendered[key] for key in row if key in rendered] for name, row in chosen.items()}


def _row(name: str, most: int) -> QuerySet[Product]:
    shown: QuerySet[Product] = Product.objects.published().exclude(
        availability=Availability.SOLD_OUT
    )
    if name == HomeBlockKind.OFFERS:
        return _mixed(shown.filter(is_on_offer=True), "-units_sold", most)
    if name == HomeBlockKind.NEWS:
        return _mixed(shown.filter(is_new=True), "-created_at", most)
    if name == HomeBlockKind.POPULAR:
        return shown.order_by("-units_sold", "pk")
    entries = "collection_entries"
    arranged = shown.filter(**{f"{entries}__collection": name})
    return arranged.order_by(f"{entries}__position", f"{entries}__pk")


def popular(most: int = ROW_LENGTH) -> list[dict[str, Any]]:
    """What sells best. 2 queries."""
    return rows([HomeBlockKind.POPULAR], most)[HomeBlockKind.POPULAR]


def _mixed(products: QuerySet[Product], order: str, most: int) -> QuerySet[Product]:
    """
    The first of each family, then the second of each: no department fills a row alone.

    Each category contributes at most one row's worth of products, read in index order.
    """
    of_category = products.filter(category=OuterRef("pk")).order_by(order, "pk").values("pk")
    firsts = Func(ArraySubquery(of_category[:most]), function="unnest", output_field=UUIDField())
    place = Window(RowNumber(), partition_by="category__family", order_by=(order, "pk"))
    keys = Category.objects.order_by().annotate(first=firsts).values("first")
    chosen = products.filter(pk__in=keys).annotate(place=place)
    return chosen.order_by("place", "category__family__position", "pk")
