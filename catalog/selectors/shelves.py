"""The category trees, small enough to be read whole."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from catalog.models import Category
from core.caching.values import cached

KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Node:
    id: UUID
    family_id: UUID
    parent_id: UUID | None
    name: str
    slug: str
    icon: str
    children: list["Node"] = field(default_factory=list)

    def below(self) -> list[UUID]:
        """The keys of this category and of all under it."""
        keys = [self.id]
        for child in self.children:
            keys.extend(child.below())
        return keys


def open_category(slug: str) -> Category | None:
    """With its family; None if shoppers may not see it. 1 query."""
    return next(iter(_open(slug)), None)


def _open(slug: str) -> QuerySet[Category]:
    rows: QuerySet[Category] = Category.objects.active().filter(slug=slug)
    return rows.select_related("family")


def _open_categories() -> QuerySet[Category, Any]:
    rows: QuerySet[Category] = Category.objects.active().order_by("position", "pk")
    return rows.values_list(*("id", "family_id", "parent_id", "name", "slug", "icon"), named=True)


class Shelves:
    """The active categories of active families."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.nodes = {row.id: Node(*row) for row in rows}
        self._tops: dict[UUID, list[Node]] = {}
        for node in self.nodes.values():
            if node.parent_id is None:
                self._tops.setdefault(node.family_id, []).append(node)
            elif node.parent_id in self.nodes:
                self.nodes[node.parent_id].children.append(node)

    def keys(self, *, family_id: UUID | None, category_id: UUID | None) -> list[UUID]:
        """The open shelves in that category, or in that family, or all there are."""
        if category_id:
            return self.nodes[category_id].below() if category_id in self.nodes else []
        return [node.id for node in self.nodes.values() if family_id in (None, node.family_id)]

    def tops(self, family_id: UUID) -> list[Node]:
        """The first level below a family."""
        return self._tops.get(family_id, [])

    def path(self, category_id: UUID) -> tuple[Node, ...]:
        """The category's ancestors and itself, from the top; it ends below one that is closed."""
        nodes: list[Node] = []
        node = self.nodes.get(category_id)
        while node:
            nodes.insert(0, node)
            node = self.nodes.get(node.parent_id) if node.parent_id else None
        return tuple(nodes)


def open_shelves(*, having: UUID | None = None) -> Shelves:
    """
    All of them, kept until one changes. `having` is a category known to be open.

    No query while they are fresh, 1 otherwise.
    """
    shelves = cached("shelves", lambda: Shelves(_open_categories()), KEPT_SECONDS)
    if having is None or having in shelves.nodes:
        return shelves
    # Opened a moment ago: anyone who keeps the others has not been told yet.
    return Shelves(_open_categories())
