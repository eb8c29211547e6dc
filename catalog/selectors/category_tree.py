"""The active category tree, small enough to be read and cached whole."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from catalog.models import Category
from core.caching.values import cached

CACHE_SECONDS = 60
Row = tuple[UUID, UUID, UUID | None, str, str, str]


@dataclass(frozen=True, slots=True)
class CategoryNode:
    id: UUID
    family_id: UUID
    parent_id: UUID | None
    name: str
    slug: str
    icon: str
    children: list["CategoryNode"] = field(default_factory=list)

    def below(self) -> list[UUID]:
        """The keys of this category and of all below it."""
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
        """The active categories in that category, or in that family, or all there are."""
        if category_id:
            return self.nodes[category_id].below() if category_id in self.nodes else []
        return [node.id for node in self.nodes.values() if family_id in (None, node.family_id)]

    def tops(self, family_id: UUID) -> list[CategoryNode]:
        """The first level below a family."""
        return self._tops.get(family_id, [])

    def path(self, category_id: UUID) -> tuple[CategoryNode, ...]:
        """The category's ancestors and itself, from the top; stops below an inactive one."""
        nodes: list[CategoryNode] = []
        node = self.nodes.get(category_id)
        while node:
            nodes.insert(0, node)
            node = self.nodes.get(node.parent_id) if node.parent_id else None
        return tuple(nodes)


def active_category(slug: str) -> Category | None:
    """The category with its family; None if shoppers may not see it. 1 query."""
    rows: QuerySet[Category] = Category.objects.active().filter(slug=slug)
    return rows.select_related("family").first()


def active_categories(*, having: UUID | None = None) -> CategoryTree:
    """
    The tree, cached until a category changes. `having` is a category known to be active.

    No query while cached, 1 otherwise.
    """
    tree = cached("shelves", _read, CACHE_SECONDS)
    # A category activated a moment ago may be missing: the cache has not been invalidated yet.
    return tree if having is None or having in tree.nodes else _read()


def _read() -> CategoryTree:
    rows = Category.objects.active().order_by("position", "pk")
    return CategoryTree(rows.values_list("id", "family_id", "parent_id", "name", "slug", "icon"))
