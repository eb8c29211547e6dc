"""The category tree in the admin: with inactive categories and numbers of products."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from uuid import UUID

from django.db.models import Count

from catalog.models import Category, Family, Product


class StaffCategoryTree:
    """All families and categories in order. 2 queries, one more for the counts."""

    def __init__(self) -> None:
        self.families = list(Family.objects.order_by("position", "pk"))
        rows = Category.objects.in_tree_order()
        self.categories: dict[UUID, Category] = {row.pk: row for row in rows}

    def of_family(self, family: Family) -> list[Category]:
        return [row for row in self.categories.values() if row.family_id == family.pk]

    def depth(self, key: UUID) -> int:
        """1 for the top categories of a family."""
        return len(self._path(key))

    def above(self, key: UUID) -> list[Category]:
        """The ancestors of the category, from the top."""
        return [self.categories[each] for each in self._path(key)[:-1]]

    def with_below(self, keys: Iterable[UUID]) -> set[UUID]:
        """These categories and their descendants."""
        wanted = set(keys)
        return {key for key in self.categories if wanted.intersection(self._path(key))}

    def products(self, key: UUID) -> int:
        """The number of products directly in the category, hidden ones included."""
        return self._counts[key]

    def products_with_below(self, key: UUID) -> int:
        """The number of products in the category and its descendants."""
        return self._totals[key]

    def _path(self, key: UUID) -> list[UUID]:
        path = [key]
        while parent := self.categories[path[0]].parent_id:
            path.insert(0, parent)
        return path

    @cached_property
    def _counts(self) -> Counter[UUID]:
        rows = Product.objects.order_by().values_list("category").annotate(count=Count("pk"))
        return Counter(dict(rows))

    @cached_property
    def _totals(self) -> Counter[UUID]:
        totals: Counter[UUID] = Counter()
        for key, count in self._counts.items():
            totals.update(dict.fromkeys(self._path(key), count))
        return totals
