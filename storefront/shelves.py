"""The rows of products on the home page, and the ways into the catalogue."""

from collections.abc import Collection, Iterable, Set
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, OuterRef, QuerySet, Subquery, UUIDField, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from catalog.models import Availability, Category, Family, Product, ProductImage
from catalog.selectors import Node, cards_of, open_shelves
from core.caching.drawing import Late
from core.caching.values import cached
from storefront import presenters, selectors
from storefront.addresses import address
from storefront.models import HomeBlockKind

ROW = 8
MAX_AISLES = 9
DEPARTMENTS_SECONDS = 300


def rows(names: Collection[str], most: int = ROW) -> dict[str, list[Late]]:
    """
    Rows of cards, of "offers", "news" and "popular", or of collections by their keys.

    1 query for each, and 1 for all their cards.
    """
    # Keys alone are sorted sooner than whole products.
    chosen = {name: list(_row(name, most).values_list("pk", flat=True)[:most]) for name in names}
    found = cards_of(list({key for row in chosen.values() for key in row}))
    drawn = dict(zip((card.id for card in found), presenters.cards(found), strict=True))
    return {name: [drawn[key] for key in row if key in drawn] for name, row in chosen.items()}


def _row(name: str, most: int) -> QuerySet[Product]:
    shown = _on_show()
    if name == HomeBlockKind.OFFERS:
        return _mixed(shown.filter(is_on_offer=True), "-units_sold", most)
    if name == HomeBlockKind.NEWS:
        return _mixed(shown.filter(is_new=True), "-created_at", most)
    if name == HomeBlockKind.POPULAR:
        return shown.order_by("-units_sold", "pk")
    entries = "collection_entries"
    arranged = shown.filter(**{f"{entries}__collection": name})
    return arranged.order_by(f"{entries}__position", f"{entries}__pk")


def popular(most: int = ROW) -> list[Late]:
    """What sells best. 2 queries."""
    return rows([HomeBlockKind.POPULAR], most)[HomeBlockKind.POPULAR]


def departments() -> dict[str, list[dict[str, Any]]]:
    """
    The families and their first shelves, with the picture of what sells best there.

    No query while it is fresh, 2 queries otherwise.
    """
    return cached("departments", _departments, DEPARTMENTS_SECONDS)


def _departments() -> dict[str, list[dict[str, Any]]]:
    shelves = list(_open_shelves())
    best = _best_below(shelves)
    of_product = ProductImage.objects.filter(product__in=best.values()).distinct("product")
    images = {each.product_id: each for each in of_product.order_by("product", "position", "pk")}
    tiles = [
        (
            top,
            presenters.file_picture(top.picture, "")
            or presenters.picture(images.get(best[top.pk]) if top.pk in best else None, ""),
        )
        for top in shelves
        if top.parent_id is None
    ]
    pictures: dict[str, Any] = {}
    for top, picture in tiles:
        url = reverse("storefront:family", args=[top.family.slug])
        own = presenters.file_picture(top.family.picture, "")
        pictures[url] = pictures.get(url) or own or picture
    return {
        "departments": [
            family._asdict() | {"picture": pictures.get(family.url)}
            for family in selectors.frame().families
        ],
        "aisles": [
            {
                "name": top.name,
                "url": reverse("storefront:category", args=[top.slug]),
                "picture": picture,
            }
            for top, picture in tiles[:MAX_AISLES]
        ],
    }


class Branch(NamedTuple):
    """A family or a shelf in the menu, with those below it."""

    name: str
    url: str
    icon: str
    below: tuple["Branch", ...]


def tree() -> list[Branch]:
    """
    The families with two levels of their shelves, as far as there is something on them.

    2 queries, and 1 for the shelves unless they are fresh.
    """
    filled = set(
        Product.objects.published().order_by().values_list("category", flat=True).distinct()
    )
    known = open_shelves()
    families = Family.objects.filter(is_active=True).order_by("position", "pk")
    return [
        Branch(
            family.name,
            address("storefront:family", family.slug),
            family.icon or "layout-grid",
            _branches(known.tops(family.pk), filled, levels=2),
        )
        for family in families
    ]


def _branches(nodes: Iterable[Node], filled: Set[UUID], levels: int) -> tuple[Branch, ...]:
    return tuple(
        Branch(
            node.name,
            address("storefront:category", node.slug),
            node.icon,
            _branches(node.children, filled, levels - 1) if levels > 1 else (),
        )
        for node in nodes
        if not filled.isdisjoint(node.below())
    )


def _open_shelves() -> QuerySet[Category, Any]:
    """With the product that sells best there of those that have a picture, by an index of both."""
    pictures = ProductImage.objects.filter(product=OuterRef("pk"))
    shown = Product.objects.published().filter(Exists(pictures), category=OuterRef("pk"))
    first = shown.order_by("-units_sold", "pk")
    best, sold = (Subquery(first.values(column)[:1]) for column in ("pk", "units_sold"))
    shelves: QuerySet[Category] = Category.objects.active().select_related("family")
    return shelves.annotate(best=best, sold=sold).order_by("family__position", "position", "pk")


def _best_below(shelves: Iterable[Any]) -> dict[UUID, UUID]:
    """Of each shelf, the product that sells best there or on a shelf below."""
    above: dict[Any, Any] = {shelf.pk: shelf.parent_id for shelf in shelves}
    found: dict[UUID, tuple[int, UUID]] = {}
    for shelf in shelves:
        step: Any = shelf.pk if shelf.best else None
        while step in above:
            rank = (-shelf.sold, shelf.best)
            found[step] = min(found.get(step, rank), rank)
            step = above[step]
    return {key: product for key, (_sold, product) in found.items()}


def _on_show() -> QuerySet[Product]:
    shown: QuerySet[Product] = Product.objects.published().exclude(
        availability=Availability.SOLD_OUT
    )
    return shown


def _mixed(products: QuerySet[Product], order: str, most: int) -> QuerySet[Product]:
    """
    The first of each family, then the second of each: no department fills a row alone.

    Of each shelf no more are read than fit into the row; an index has them in that order.
    """
    of_shelf = products.filter(category=OuterRef("pk")).order_by(order, "pk").values("pk")
    firsts = Func(ArraySubquery(of_shelf[:most]), function="unnest", output_field=UUIDField())
    place = Window(RowNumber(), partition_by="category__family", order_by=(order, "pk"))
    keys = Category.objects.order_by().annotate(first=firsts).values("first")
    found = products.filter(pk__in=keys)
    return found.annotate(place=place).order_by("place", "category__family__position", "pk")
