"""Ways into the catalogue: the tiles of departments, and the menu's tree of categories."""

from collections.abc import Iterable, Set
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse

from catalog.models import Category, Family, Product, ProductImage
from catalog.selectors import CategoryNode, active_categories
from core.caching.values import cached
from storefront import presenters, selectors
from storefront.addresses import address

MAX_AISLES = 9
CACHE_SECONDS = 300


def departments() -> dict[str, list[dict[str, Any]]]:
    """
    The families and their top categories, each with the picture of its best seller.

    No query while cached, 2 otherwise.
    """
    return cached("departments", _departments, CACHE_SECONDS)


def _departments() -> dict[str, list[dict[str, Any]]]:
    categories = list(_with_best_seller())
    best = _best_below(categories)
    of_product = ProductImage.objects.filter(product__in=best.values()).distinct("product")
    images = {each.product_id: each for each in of_product.order_by("product", "position", "pk")}
    tiles = [
        (
            top,
            presenters.file_picture(top.picture, "")
            or presenters.picture(images.get(best[top.pk]) if top.pk in best else None, ""),
        )
        for top in categories
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
    """A family or category in the menu, with the categories below it."""

    name: str
    url: str
    icon: str
    below: tuple["Branch", ...]


def tree() -> list[Branch]:
    """
    The families with two levels of their categories that have products.

    2 queries, and 1 for the categories unless cached.
    """
    filled = set(
        Product.objects.published().order_by().values_list("category", flat=True).distinct()
    )
    categories = active_categories()
    families = Family.objects.filter(is_active=True).order_by("position", "pk")
    return [
        Branch(
            family.name,
            address("storefront:family", family.slug),
            family.icon or "layout-grid",
            _branches(categories.tops(family.pk), filled, levels=2),
        )
        for family in families
    ]


def _branches(nodes: Iterable[CategoryNode], filled: Set[UUID], levels: int) -> tuple[Branch, ...]:
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


def _with_best_seller() -> QuerySet[Category, Any]:
    """Active categories, each with the product that sells best there among those with a picture."""
    pictures = ProductImage.objects.filter(product=OuterRef("pk"))
    shown = Product.objects.published().filter(Exists(pictures), category=OuterRef("pk"))
    first = shown.order_by("-units_sold", "pk")
    best, sold = (Subquery(first.values(column)[:1]) for column in ("pk", "units_sold"))
    categories: QuerySet[Category] = Category.objects.active().select_related("family")
    return categories.annotate(best=best, sold=sold).order_by("family__position", "position", "pk")


def _best_below(categories: Iterable[Any]) -> dict[UUID, UUID]:
    """For each category, the product that sells best there or below."""
    parents: dict[Any, Any] = {row.pk: row.parent_id for row in categories}
    found: dict[UUID, tuple[int, UUID]] = {}
    for row in categories:
        step: Any = row.pk if row.best else None
        while step in parents:
            rank = (-row.sold, row.best)
            found[step] = min(found.get(step, rank), rank)
            step = parents[step]
    return {key: product for key, (_sold, product) in found.items()}
