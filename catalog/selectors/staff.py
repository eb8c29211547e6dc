"""What the back office shows of categories, products and options."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import PROTECT, Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Seller, SellerStatus
from catalog.models import Availability, Category, Family, Product, Variant, VariantOption

ModelT = TypeVar("ModelT", bound=Model)
_MAX_OPTIONS = 30
_MAX_VALUES = 40


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


def obstacles(product: Product) -> list[str]:
    """What staff have to do before shoppers can buy it; empty if they can. At most 5 queries."""
    return [*_about_variants(product), *_about_product(product)]


def _about_variants(product: Product) -> Iterator[str]:
    active = list(product.variants.values_list("is_active", flat=True))
    if not active:
        yield _("It has no variant: add one below, or make them of options.")
    elif not any(active):
        yield _("None of its variants is active.")
    elif product.availability == Availability.SOLD_OUT:
        yield _("No units are in stock: receive some, or correct the stock from the list.")


def _about_product(product: Product) -> Iterator[str]:
    if not product.is_active:
        yield _("It is not active.")
    if not (product.category.is_active and product.category.family.is_active):
        yield _("Its category is not active.")
    if product.published_at and product.published_at > timezone.now():
        day = date_format(timezone.localtime(product.published_at), "DATETIME_FORMAT")
        yield _("It is published on %(day)s.") % {"day": day}
    if product.sales_paused:
        yield _("Its sale is paused.")
    if not Seller.objects.filter(pk=product.seller_id, status=SellerStatus.APPROVED).exists():
        yield _("Its seller is not approved.")


@dataclass(frozen=True)
class KnownOption:
    key: str
    name: str
    values: tuple[str, ...]


def options_of(product: Product) -> list[KnownOption]:
    """The options of a product's variants with their values. 1 query."""
    rows = VariantOption.objects.filter(variant__product=product)
    return _grouped(rows.order_by("position", "variant__position", "variant_id"))


def known_options(product: Product) -> list[KnownOption]:
    """The options of other products in the same category. 1 query."""
    shelf = VariantOption.objects.filter(variant__product__category=product.category_id)
    rows = shelf.exclude(variant__product=product).order_by("key", "value_key")
    return _grouped(rows.distinct("key", "value_key"))


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
