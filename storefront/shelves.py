"""The rows of products on the home page, and the ways into the catalogue."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from catalog.models import Availability, Category, Product, ProductImage, Variant
from catalog.selectors import cards_of, products_by_key
from core.kept import kept
from storefront import presenters, selectors
from storefront.models import HomeBlockKind

ROW = 8
MOST_AISLES = 9
DEPARTMENTS_SECONDS = 300


def rows(names: Collection[str], most: int = ROW) -> dict[str, list[dict[str, Any]]]:
    """
    Rows of cards, of "offers", "news" and "popular", or of collections by their keys.

    1 query for each, and 3 for all their cards.
    """
    # Keys alone are sorted sooner than whole products.
    chosen = {name: list(_row(name).values_list("pk", flat=True)[:most]) for name in names}
    products = products_by_key({key for row in chosen.values() for key in row})
    drawn = {card.id: presenters.card(card) for card in cards_of(products)}
    return {name: [drawn[key] for key in row if key in drawn] for name, row in chosen.items()}


def _row(name: str) -> QuerySet[Product]:
    shown = _on_show()
    if name == HomeBlockKind.OFFERS:
        return _mixed(shown.filter(_has(is_on_offer=True)), "-units_sold")
    if name == HomeBlockKind.NEWS:
        return _mixed(shown.filter(_has(is_new=True)), "-created_at")
    if name == HomeBlockKind.POPULAR:
        return shown.order_by("-units_sold", "pk")
    entries = "collection_entries"
    arranged = shown.filter(**{f"{entries}__collection": name})
    return arranged.order_by(f"{entries}__position", f"{entries}__pk")


def popular(most: int = ROW) -> list[dict[str, Any]]:
    """What sells best. 4 queries."""
    return rows([HomeBlockKind.POPULAR], most)[HomeBlockKind.POPULAR]


def departments() -> dict[str, list[dict[str, Any]]]:
    """
    The families and their first shelves, with the picture of what sells best there.

    No query while it is fresh, 2 queries otherwise.
    """
    return kept("departments", _departments, DEPARTMENTS_SECONDS)


def _departments() -> dict[str, list[dict[str, Any]]]:
    tops = (
        Category.objects.active()
        .filter(parent=None)
        .select_related("family")
        .order_by("family__position", "position", "pk")
        .annotate(best=_best_picture())
    )
    images = ProductImage.objects.in_bulk([top.best for top in tops if top.best])
    tiles = [
        (
            top,
            presenters.file_picture(top.picture, "")
            or presenters.picture(images.get(top.best), ""),
        )
        for top in tops
    ]
    pictures: dict[str, Any] = {}
    for top, picture in tiles:
        url = reverse("storefront:family", args=[top.family.slug])
        own = presenters.file_picture(top.family.picture, "")
        pictures[url] = pictures.get(url) or own or picture
    return {
        "departments": [
            {**family, "picture": pictures.get(family["url"])}
            for family in selectors.frame().families
        ],
        "aisles": [
            {
                "name": top.name,
                "url": reverse("storefront:category", args=[top.slug]),
                "picture": picture,
            }
            for top, picture in tiles[:MOST_AISLES]
        ],
    }


def _best_picture() -> Subquery:
    """The picture of the product that sells best on a shelf or on the two levels below."""
    shelf = OuterRef("pk")
    below = Q(category=shelf) | Q(category__parent=shelf) | Q(category__parent__parent=shelf)
    best = Product.objects.published().filter(below, images__isnull=False)
    return Subquery(best.order_by("-units_sold", "pk", "images__position").values("images__pk")[:1])


def _on_show() -> QuerySet[Product]:
    shown: QuerySet[Product] = Product.objects.published().exclude(
        availability=Availability.SOLD_OUT
    )
    return shown


def _mixed(products: QuerySet[Product], order: str) -> QuerySet[Product]:
    """The first of each family, then the second of each: no department fills a row alone."""
    place = Window(RowNumber(), partition_by="category__family", order_by=(order, "pk"))
    return products.annotate(place=place).order_by("place", "category__family__position")


def _has(**flags: bool) -> Exists:
    return Exists(Variant.objects.active().filter(product=OuterRef("pk"), **flags))
