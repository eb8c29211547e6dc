"""Options to create variants from."""

from dataclasses import dataclass

from django.db.models import QuerySet

from catalog.models import Product, VariantOption

_MAX_OPTIONS = 30
_MAX_VALUES = 40


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
