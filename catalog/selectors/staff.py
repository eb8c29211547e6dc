"""What the back office shows of categories, products and options."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import PROTECT, Count, Exists, Model, OuterRef, Q, QuerySet

from catalog.attributes import Attribute, attributes_in
from catalog.models import Category, Family, Product, Variant, VariantOption

ModelT = TypeVar("ModelT", bound=Model)
_MAX_OPTIONS = 30
_MAX_VALUES = 40
# Of a category, whose attributes a new product is asked for.
_MAX_PRODUCTS = 200
_MAX_ATTRIBUTES = 60


class StaffCategoryTree:
    """
    All families and categories in order, with inactive ones and numbers of products.

    2 queries, one more for the counts.
    """

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


@dataclass(frozen=True)
class KnownOption:
    key: str
    name: str
    values: tuple[str, ...]


def options_of(product: Product) -> list[KnownOption]:
    """The options of a product's variants with their values. 1 query."""
    rows = VariantOption.objects.filter(variant__product=product)
    return _grouped(rows.order_by("position", "variant__position", "variant_id"))


def known_options(category_id: UUID | None) -> list[KnownOption]:
    """The options of products in the category. 1 query."""
    rows = VariantOption.objects.filter(variant__product__in=_popular(category_id).values("pk"))
    return _grouped(rows.order_by("key", "value_key").distinct("key", "value_key"))


def _grouped(rows: QuerySet[VariantOption]) -> list[KnownOption]:
    names: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    for option in rows[:2000]:
        names.setdefault(option.key, option.name)
        values.setdefault(option.key, {}).setdefault(option.value_key, option.value)
    return [
        KnownOption(key, name, tuple(values[key].values())[:_MAX_VALUES])
        for key, name in list(names.items())[:_MAX_OPTIONS]
    ]


def protected_rows(rows: QuerySet[ModelT]) -> QuerySet[ModelT]:
    """The rows that cannot be deleted, as others refer to them, such as orders. No query itself."""
    return rows.filter(_is_referred_to(rows.model))


def _is_referred_to(model: type[Model]) -> Q:
    """Whether a protected foreign key refers to the row, or to a variant of a product."""
    found = Q(pk=None)
    for relation in model._meta.get_fields(include_hidden=True):
        if getattr(relation, "on_delete", None) is PROTECT and not relation.concrete:
            field: Any = getattr(relation, "field", None)
            rows = field.model._default_manager.filter(**{field.name: OuterRef("pk")})
            found |= Q(Exists(rows))
    if model is Product:
        variants = Variant.objects.filter(_is_referred_to(Variant), product=OuterRef("pk"))
        found |= Q(Exists(variants))
    return found


def known_attributes(category_id: UUID | None, product: Product | None) -> dict[str, Attribute]:
    """The attributes of the product, then of others in the category. At most 1 query."""
    own = [(product.attributes, product.specifications)] if product else []
    others = _popular(category_id).values_list("attributes", "specifications")
    found = attributes_in([*own, *(others if category_id else ())])
    return dict(list(found.items())[:_MAX_ATTRIBUTES])


def _popular(category_id: UUID | None) -> QuerySet[Product]:
    """Products of the category that stand for it, found by an index however many it has."""
    shelf = Product.objects.filter(category=category_id, is_active=True)
    return shelf.order_by("-units_sold", "pk")[:_MAX_PRODUCTS]


def picture_values(product: Product) -> list[tuple[str, str]]:
    """The option values of a product that pictures may show, with their names. 1 query."""
    rows = VariantOption.objects.filter(variant__product=product)
    values = {
        f"{each.key}={each.value_key}": f"{each.name}: {each.value}"
        for each in rows.order_by("position", "variant__position", "pk")
    }
    return list(values.items())
