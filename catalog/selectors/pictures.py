"""The pictures of a variant, the same and in the same order everywhere."""

from collections.abc import Collection, Iterable
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet

from catalog.models import ProductImage, Variant, VariantOption
from core.database.compiled import compiled
from core.database.lookups import AnyOf


class Owned(Protocol):
    """A picture with its owner; `shown_by` are the variants with its option value."""

    @property
    def variant_id(self) -> UUID | None: ...
    @property
    def option_key(self) -> str: ...
    @property
    def shown_by(self) -> Collection[UUID | None]: ...


PictureT = TypeVar("PictureT", bound=Owned)


def with_variants() -> QuerySet[ProductImage, Any]:
    """All pictures in order, each annotated with the variants of its option value."""
    options = VariantOption.objects.filter(
        variant__product=OuterRef("product"),
        key=OuterRef("option_key"),
        value_key=OuterRef("value_key"),
    )
    rows = ProductImage.objects.order_by("position", "pk")
    return rows.annotate(shown_by=ArraySubquery(options.values("variant")))


def first_pictures(variants: Iterable[Variant]) -> dict[UUID, ProductImage]:
    """The first picture of each variant, if any. 1 query, none without variants."""
    chosen = list(variants)
    if not chosen:
        return {}
    of_product: dict[UUID, list[Any]] = {}
    for image in images_of(list({variant.product_id for variant in chosen})):
        of_product.setdefault(image.product_id, []).append(image)
    found = {each.pk: pictures_for(of_product.get(each.product_id, ()), each.pk) for each in chosen}
    return {key: images[0] for key, images in found.items() if images}


@compiled
def images_of(products: list[UUID]) -> QuerySet[ProductImage]:
    """The pictures of products in order, each with the variants of its option value. 1 query."""
    return with_variants().filter(AnyOf(F("product"), products))


def pictures_for(images: Iterable[PictureT], variant: UUID | None) -> list[PictureT]:
    """
    The pictures of a product that show the variant, the most specific first.

    First the variant's own, then those of its option values, then the product's. Only if there are
    none, those of other variants, but never of another colour.
    """
    ranked: list[list[PictureT]] = [[], [], [], []]
    for image in images:
        if image.option_key:
            if variant in image.shown_by:
                ranked[1].append(image)
        elif image.variant_id is None:
            ranked[2].append(image)
        else:
            ranked[0 if image.variant_id == variant else 3].append(image)
    own, of_values, of_all, others = ranked
    return [*own, *of_values, *of_all] or others
