"""The tree of active categories, small enough to be cached whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from catalog.models import Category
from catalog.size_guides import SizeGuide, read_size_guide
from core.caching.values import cached
from core.database.compiled import compiled

CACHE_SECONDS = 60
Row = tuple[UUID, UUID, UUID | None, str, str, str, str]


@dataclass(frozen=True, slots=True)
class CategoryNode:
    id: UUID
    family_id: UUID
    parent_id: UUID | None
    name: str
    slug: str
    icon: str
    size_guide: str
    children: list["CategoryNode"] = field(default_factory=list)

    def below(self) -> list[UUID]:
        """The keys of this category and its descendants."""
        return [self.id, *(key for child in self.children for key in child.below())]


class CategoryTree:
    """The active categories of active families."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.nodes = {row[0]: CategoryNode(*row) for row in rows}
        self._tops: dict[UUID, list[CategoryNode]] = {}
        for node in self.nodes.values():
            if node.parent_id is None:
                self._tops.setdefault(node.family_id, []).append(node)
            elif node.parent_id in self.nodes:
                self.nodes[node.parent_id].children.append(node)

    def keys(self, *, family_id: UUID | None, category_id: UUID | None) -> list[UUID]:
        """The keys of active categories: of this category, of this family, or all."""
        if category_id:
            return self.nodes[category_id].below() if category_id in self.nodes else []
        return [node.id for node in self.nodes.values() if family_id in (None, node.family_id)]

    def tops(self, family_id: UUID) -> list[CategoryNode]:
        """The top categories of a family."""
        return self._tops.get(family_id, [])

    def path(self, category_id: UUID) -> tuple[CategoryNode, ...]:
        """The category with its ancestors from the top, up to the first inactive one."""
        nodes: list[CategoryNode] = []
        node = self.nodes.get(category_id)
        while node:
            nodes.insert(0, node)
            node = self.nodes.get(node.parent_id) if node.parent_id else None
        return tuple(nodes)


def category_path(slug: str) -> tuple[CategoryNode, ...]:
    """The active category with that slug and its ancestors from the top; empty if it is hidden."""
    tree = active_categories()
    found = next((node for node in tree.nodes.values() if node.slug == slug), None)
    return tree.path(found.id) if found else ()


def size_guide_of(path: Sequence[CategoryNode]) -> SizeGuide | None:
    """The guide of the nearest category on this path from the top; None without any."""
    texts = (node.size_guide for node in reversed(path) if node.size_guide)
    return read_size_guide(next(texts, ""))


def active_category(slug: str) -> Category | None:
    """The category with its family; None if it is hidden. 1 query."""
    return next(iter(_active_category(slug)), None)


@compiled
def _active_category(slug: str) -> QuerySet[Category]:
    rows: QuerySet[Category] = Category.objects.active().filter(slug=slug)
    return rows.select_related("family")


def active_categories(*, having: UUID | None = None) -> CategoryTree:
    """
    The tree, cached until a category changes. `having` is a category known to be active.

    No query while cached, else 1.
    """
    tree = cached("shelves", _read, CACHE_SECONDS)
    # The cache may not have been invalidated yet after a category was activated.
    return tree if having is None or having in tree.nodes else _read()


def _read() -> CategoryTree:
    rows = Category.objects.active().order_by("position", "pk")
    names = ("id", "family_id", "parent_id", "name", "slug", "icon", "size_guide")
    return CategoryTree(rows.values_list(*names))
