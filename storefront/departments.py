"""Ways into the catalogue: the tiles of departments, and the menu's tree of categories."""

from collections.abc import Iterable, Mapping, Set
from typing import Any, NamedTuple, TypedDict
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.urls import reverse

from catalog.models import Category, Collection, Family, Product, ProductImage
from catalog.selectors import CategoryNode, active_categories
from core.caching.values import cached
from storefront import presenters, selectors
from storefront.addresses import address

MAX_AISLES = 9
CACHE_SECONDS = 300


class Departments(TypedDict):
    """Tiles of families and of the first top categories; `pictures` of all of them by address."""

    departments: list[dict[str, Any]]
    aisles: list[dict[str, Any]]
    pictures: dict[str, dict[str, Any] | None]


def departments() -> Departments:
    """
    The families and their top categories, each with the picture of its best seller.

    No query while cached, 2 otherwise.
    """
    return cached("departments", _departments, CACHE_SECONDS)


def _departments() -> Departments:
    categories = list(_with_best_seller())
    best = _best_below(categories)
    of_product = ProductImage.objects.filter(product__in=best.values()).distinct("product")
    images = {each.product_id: each for each in of_product.order_by("product", "position", "pk")}
    tiles = [
        (
            top,
            presenters.file_picture(top.picture, "")
            or _without_words(images.get(best[top.pk]) if top.pk in best else None),
        )
        for top in categories
        if top.parent_id is None
    ]
    pictures: dict[str, Any] = {}
    for top, picture in tiles:
        url = reverse("storefront:family", args=[top.family.slug])
        own = presenters.file_picture(top.family.picture, "")
        pictures[url] = pictures.get(url) or own or picture
    aisles = [
        {
            "name": top.name,
            "url": reverse("storefront:category", args=[top.slug]),
            "picture": picture,
        }
        for top, picture in tiles
    ]
    return {
        "departments": [
            family._asdict() | {"picture": pictures.get(family.url)}
            for family in selectors.frame().families
        ],
        "aisles": aisles[:MAX_AISLES],
        "pictures": pictures | {aisle["url"]: aisle["picture"] for aisle in aisles},
    }


def _without_words(image: ProductImage | None) -> dict[str, Any] | None:
    """The category's name stands beside it: what the product is called would be read as its own."""
    shown = presenters.picture(image, "")
    return shown and shown | {"alt": ""}


class Promoted(NamedTuple):
    """A collection that the menu shows beside the categories of a family."""

    name: str
    url: str
    picture: dict[str, Any]


class Branch(NamedTuple):
    """A family or category in the menu, with the categories below it."""

    name: str
    url: str
    icon: str
    picture: dict[str, Any] | None = None
    promoted: Promoted | None = None
    below: tuple["Branch", ...] = ()


def tree() -> list[Branch]:
    """
    The families with two levels of their categories that have products.

    3 queries, and 3 for categories and pictures unless cached.
    """
    filled = set(
        Product.objects.published().order_by().values_list("category", flat=True).distinct()
    )
    categories, pictures = active_categories(), departments()["pictures"]
    promoted = _promoted()
    families = Family.objects.filter(is_active=True).order_by("position", "pk")
    return [
        Branch(
            family.name,
            url := address("storefront:family", family.slug),
            family.icon or "layout-grid",
            pictures.get(url),
            promoted.get(family.pk),
            _branches(categories.tops(family.pk), filled, pictures, levels=2),
        )
        for family in families
    ]


def _branches(
    nodes: Iterable[CategoryNode],
    filled: Set[UUID],
    pictures: Mapping[str, dict[str, Any] | None],
    levels: int,
) -> tuple[Branch, ...]:
    return tuple(
        Branch(
            node.name,
            url := address("storefront:category", node.slug),
            node.icon,
            pictures.get(url),
            below=_branches(node.children, filled, pictures, levels - 1) if levels > 1 else (),
        )
        for node in nodes
        if not filled.isdisjoint(node.below())
    )


def _promoted() -> dict[UUID, Promoted]:
    """By family the newest running collection that has a picture and products of it. 1 query."""
    family = F("entries__product__category__family")
    shown = Collection.objects.running().exclude(hero_image="").annotate(family=family)
    newest = shown.exclude(family=None).order_by("family", F("starts_at").desc(nulls_last=True))
    found = {}
    for row in newest.distinct("family"):
        if picture := presenters.file_picture(row.hero_image, ""):
            url = address("storefront:drop", row.slug)
            found[row.family] = Promoted(row.name, url, picture)
    return found


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
