"""The rows of products on the home page, and the ways into the catalogue."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from catalog.models import Availability, Category, Product, ProductImage, Variant
from catalog.selectors import cards_of
from core.kept import kept
from storefront import presenters, selectors

ROW = 8
MOST_AISLES = 12
DEPARTMENTS_SECONDS = 300


def home(most: int = ROW) -> dict[str, list[dict[str, Any]]]:
    """The newest, the offers and what sells best, each product once. 6 queries."""
    shown = _on_show()
    flagged = {
        "offers": _mixed(shown.filter(_has(is_on_offer=True)), "-units_sold"),
        "news": _mixed(shown.filter(_has(is_new=True)), "-created_at"),
        "popular": shown.order_by("-units_sold", "pk"),
    }
    rows = {name: list(products[:most]) for name, products in flagged.items()}
    every = {product.pk: product for row in rows.values() for product in row}
    drawn = {card.id: presenters.card(card) for card in cards_of(list(every.values()))}
    return {
        name: [drawn[product.pk] for product in row if product.pk in drawn]
        for name, row in rows.items()
    }


def popular(most: int = ROW) -> list[dict[str, Any]]:
    """What sells best. 3 queries."""
    return presenters.cards(cards_of(list(_on_show().order_by("-units_sold", "pk")[:most])))


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
    published = Product.objects.published().select_related("seller")
    shown: QuerySet[Product] = published.exclude(availability=Availability.SOLD_OUT)
    return shown


def _mixed(products: QuerySet[Product], order: str) -> QuerySet[Product]:
    """The first of each family, then the second of each: no department fills a row alone."""
    place = Window(RowNumber(), partition_by="category__family", order_by=(order, "pk"))
    return products.annotate(place=place).order_by("place", "category__family__position")


def _has(**flags: bool) -> Exists:
    return Exists(Variant.objects.active().filter(product=OuterRef("pk"), **flags))
