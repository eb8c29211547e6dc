"""Whole products: duplicates, pictures, activation."""

from collections.abc import Sequence
from typing import IO, Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext as _
from modeltranslation.manager import get_translatable_fields_for_model

from catalog.models import BundleComponent, Product, ProductImage, Variant, VariantOption
from core.ids import uuid7
from core.web.uploads import FileRefused, clean_picture

ModelT = TypeVar("ModelT", bound=Model)
MAX_PICTURES = 40
# Not copied: counters and unique columns.
_OWN_FIGURES: dict[type[Model], set[str]] = {
    Product: {
        *("external_id", "rating_average", "rating_count", "units_sold", "availability"),
        *("is_new", "is_on_offer"),
    },
    Variant: {"units_sold", "availability", "gtin"},
}


@transaction.atomic
def set_active(rows: QuerySet[Any], *, is_active: bool) -> list[Any]:
    """Activate or deactivate products, variants or categories; returns those that changed."""
    changed = list(with_products_locked(rows.exclude(is_active=is_active)))
    rows.model._default_manager.filter(pk__in=[row.pk for row in changed]).update(
        is_active=is_active
    )
    return changed


@transaction.atomic
def pause_sales(products: QuerySet[Any], *, is_paused: bool) -> int:
    """Pause or resume sales of visible products; returns how many."""
    return with_products_locked(products).update(sales_paused=is_paused)


def with_products_locked(rows: QuerySet[ModelT]) -> QuerySet[ModelT]:
    """
    These rows after their products were locked; rows without product need no lock.

    For transactions that change many products or variants. Rows that match only since the lock are
    left out, as their products are not locked.
    """
    if not (link := _KEY_OF_PRODUCT.get(rows.model)):
        return rows
    return rows.filter(**{f"{link}__in": lock_products(rows)})


def lock_products(*groups: QuerySet[Any]) -> list[UUID]:
    """Lock the products of all these rows, in one statement; returns their keys."""
    keys: set[UUID] = set()
    for rows in groups:
        if link := _KEY_OF_PRODUCT.get(rows.model):
            keys.update(rows.order_by().values_list(link, flat=True))
    return list(Product.objects.filter(pk__in=keys).locked().values_list("pk", flat=True))


_KEY_OF_PRODUCT: dict[type[Model], str] = {Product: "pk", Variant: "product"}


def add_pictures(
    product_id: UUID, files: Sequence[IO[bytes]], *, shows: str = ""
) -> list[tuple[str, str]]:
    """
    Append pictures to a product; returns refused file names with reasons.

    They show the option value `shows`, such as `color=blue`, or all variants.

    A worker creates the renditions.
    """
    too_many = _("At most %(most)s pictures are taken at once.") % {"most": MAX_PICTURES}
    refused = [(str(file.name), too_many) for file in files[MAX_PICTURES:]]
    pictures = []
    option, _equals, value = shows.partition("=")
    for file in files[:MAX_PICTURES]:
        try:
            pictures.append(clean_picture(file))
        except FileRefused as refusal:
            refused.append((str(file.name), str(refusal)))
    with transaction.atomic():
        product = Product.objects.select_for_update(no_key=True).get(pk=product_id)
        last = product.images.aggregate(last=Max("position"))["last"]
        for position, picture in enumerate(pictures, 0 if last is None else last + 1):
            ProductImage.objects.create(
                product=product,
                picture=picture,
                position=position,
                option_key=option,
                value_key=value,
            )
    return refused


@transaction.atomic
def duplicate(product_id: UUID) -> Product:
    """
    Copy a product with variants, options, pictures and components; the copy is inactive.

    Stock, sales, ratings, reviews and collections are not copied. Not idempotent.
    """
    source = Product.objects.select_for_update(no_key=True).get(pk=product_id)
    number = _free_number(source)
    copy = _copied(
        source, slug=_numbered(source.slug, number, 255), sku=_numbered(source.sku, number, 100)
    )
    copy.is_active = False
    for code, _name in settings.LANGUAGES:
        if name := getattr(source, f"name_{code}"):
            setattr(copy, f"name_{code}", _numbered(name, number, 255, " "))
    copy.save(force_insert=True)
    variants = _copy_variants(source, copy, number)
    _copy_rows(ProductImage.objects.filter(product=source), product=copy, variant=variants)
    _copy_rows(BundleComponent.objects.filter(bundle=source), bundle=copy)
    return copy


def free_sku() -> str:
    """An unused product SKU. At least 2 queries."""
    number = Product.objects.count() + 1
    while Product.objects.filter(sku=f"P-{number:05}").exists():
        number += 1
    return f"P-{number:05}"


def _copy_variants(source: Product, copy: Product, number: int) -> dict[UUID, Variant]:
    """The new variants by the keys of the old ones."""
    variants = {}
    for old in source.variants.order_by("position", "pk"):
        new = _copied(
            old, sku=_numbered(old.sku, number, 120), slug=_numbered(old.slug, number, 255)
        )
        new.product = copy
        variants[old.pk] = new
    Variant.objects.bulk_create(variants.values())
    _copy_rows(VariantOption.objects.filter(variant__product=source), variant=variants)
    return variants


def _copy_rows(rows: QuerySet[ModelT], **owners: Any) -> None:
    """Copy rows; `owners` maps old owners to new ones."""
    copies: list[ModelT] = []
    for row in rows.order_by("pk"):
        copy = _copied(row)
        for field, owner in owners.items():
            old = getattr(row, f"{field}_id")
            setattr(copy, field, owner.get(old) if isinstance(owner, dict) else owner)
        copies.append(copy)
    rows.model._default_manager.bulk_create(copies)


def _copied(row: ModelT, **changed: Any) -> ModelT:
    left_out = {"id", "created_at", "updated_at"} | _OWN_FIGURES.get(type(row), set())
    fields = [field for field in row._meta.concrete_fields if field.name not in left_out]
    values = {field.attname: getattr(row, field.attname) for field in fields}
    for name in get_translatable_fields_for_model(type(row)) or ():
        values.pop(name)  # an alias of the active language's column
    return type(row)(id=uuid7(), **{**values, **changed})


def _free_number(source: Product) -> int:
    """The first number from 2 whose slug and SKU are free."""
    number = 2
    while _is_taken(source, number):
        number += 1
    return number


def _is_taken(source: Product, number: int) -> bool:
    slug, sku = _numbered(source.slug, number, 255), _numbered(source.sku, number, 100)
    if Product.objects.filter(slug=slug).exists() or Product.objects.filter(sku=sku).exists():
        return True
    variants = list(source.variants.values_list("sku", "slug"))
    skus = [_numbered(sku, number, 120) for sku, _slug in variants]
    slugs = [_numbered(slug, number, 255) for _sku, slug in variants]
    taken = Variant.objects.filter(sku__in=skus) | Variant.objects.filter(slug__in=slugs)
    return taken.exists()


def _numbered(text: str, number: int, length: int, gap: str = "-") -> str:
    tail = f"{gap}{number}"
    return f"{text[: length - len(tail)]}{tail}"
