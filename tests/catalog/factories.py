from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from catalog.models import Brand, Category, Family, Product, Variant
from tests.accounts.factories import house


class FamilyFactory(DjangoModelFactory[Family]):
    """Inactive: the database lets it be active once it has a category, see CategoryFactory."""

    class Meta:
        model = Family

    name = factory.Sequence(lambda n: f"Familia {n}")
    slug = factory.Sequence(lambda n: f"familia-{n}")


class CategoryFactory(DjangoModelFactory[Category]):
    """A category; its family is active afterwards."""

    class Meta:
        model = Category

    family = factory.SubFactory(FamilyFactory)
    name = factory.Sequence(lambda n: f"Categoría {n}")
    slug = factory.Sequence(lambda n: f"categoria-{n}")

    @classmethod
    def _create(cls, model_class: type[Category], *args: Any, **kwargs: Any) -> Category:
        category: Category = super()._create(model_class, *args, **kwargs)
        if not category.family.is_active:
            category.family.is_active = True
            category.family.save(update_fields=["is_active"])
        return category


class BrandFactory(DjangoModelFactory[Brand]):
    class Meta:
        model = Brand

    name = factory.Sequence(lambda n: f"Marca {n}")
    slug = factory.Sequence(lambda n: f"marca-{n}")


class ProductFactory(DjangoModelFactory[Product]):
    class Meta:
        model = Product

    name = factory.Sequence(lambda n: f"Producto {n}")
    slug = factory.Sequence(lambda n: f"producto-{n}")
    sku = factory.Sequence(lambda n: f"PRO-{n:05}")
    category = factory.SubFactory(CategoryFactory)
    seller = factory.LazyFunction(house)
    base_price = Decimal("100.00")


class VariantFactory(DjangoModelFactory[Variant]):
    """A variant as the database priced it."""

    class Meta:
        model = Variant

    product = factory.SubFactory(ProductFactory)
    brand = factory.SubFactory(BrandFactory)
    name = factory.LazyAttribute(lambda variant: variant.product.name)
    sku = factory.Sequence(lambda n: f"VAR-{n:05}")
    sku_suffix = factory.Sequence(lambda n: f"V{n}")
    slug = factory.Sequence(lambda n: f"variante-{n}")

    @classmethod
    def _create(cls, model_class: type[Variant], *args: Any, **kwargs: Any) -> Variant:
        variant: Variant = super()._create(model_class, *args, **kwargs)
        variant.refresh_from_db(fields=["list_price", "price"])
        return variant
