"""The columns of the shop's own spreadsheet format. Their names never change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from constance import config
from django.conf import settings
from django.db.models import Model

from catalog.models import Category, Product, ProductImage, Variant, VariantOption
from catalog.spreadsheets.cells import (
    AmountCell,
    CellKind,
    CodeCell,
    CountCell,
    GtinCell,
    ListCell,
    MeasureCell,
    MomentCell,
    ObjectCell,
    OptionImagesCell,
    OptionsCell,
    PairsCell,
    PathCell,
    SlugCell,
    TextCell,
    YesNoCell,
)

MAX_UNITS = 1_000_000
# Without language suffix: in the language chosen for the file.
IN_ONE_LANGUAGE = (
    *("name", "description", "category", "variant_name", "variant_description"),
    *("seo_title", "seo_description"),
)
Paths = Mapping[UUID, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column, with the attribute of the product or variant that it shows, if it is one."""

    cell: CellKind
    attribute: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether the value can be set on the model as parsed."""
        return bool(self.attribute) and "__" not in self.attribute

    def get_value(self, row: Any) -> Any:
        """The attribute; None if a part of its path is missing."""
        for step in self.attribute.split("__"):
            row = getattr(row, step, None)
        return row


# Equal in all rows of a product.
PRODUCT_COLUMNS = {
    "product": Column(CodeCell(100), "sku"),
    "slug": Column(SlugCell(255), "slug"),
    "name_es": Column(TextCell(255), "name_es"),
    "name_en": Column(TextCell(255), "name_en"),
    "description_es": Column(TextCell(), "description_es"),
    "description_en": Column(TextCell(), "description_en"),
    "seo_title_es": Column(TextCell(120), "seo_title_es"),
    "seo_title_en": Column(TextCell(120), "seo_title_en"),
    "seo_description_es": Column(TextCell(320), "seo_description_es"),
    "seo_description_en": Column(TextCell(320), "seo_description_en"),
    "category_es": Column(PathCell()),
    "category_en": Column(PathCell()),
    "seller": Column(CodeCell(), "seller__slug"),
    "attributes": Column(ObjectCell(), "attributes"),
    "specifications": Column(ObjectCell(), "specifications"),
    "tax_class": Column(SlugCell(30), "tax_class"),
    "purchase_limit": Column(CountCell(MAX_UNITS, None), "purchase_limit"),
    "published_at": Column(MomentCell(), "published_at"),
    "active": Column(YesNoCell(), "is_active"),
    "images": Column(ListCell()),
}
VARIANT_COLUMNS = {
    "sku": Column(CodeCell(120), "sku"),
    "variant_name_es": Column(TextCell(255), "name_es"),
    "variant_name_en": Column(TextCell(255), "name_en"),
    "variant_description_es": Column(TextCell(), "description_es"),
    "variant_description_en": Column(TextCell(), "description_en"),
    "brand": Column(CodeCell(150), "brand__name"),
    "model": Column(CodeCell(150), "model"),
    "gtin": Column(GtinCell(14), "gtin"),
    "options": Column(OptionsCell()),
    "options_es": Column(PairsCell()),
    "options_en": Column(PairsCell()),
    "list_price": Column(AmountCell()),
    "sale_price": Column(AmountCell(), "sale_price"),
    "currency": Column(CodeCell()),
    "cost": Column(AmountCell(), "cost"),
    "weight_kg": Column(MeasureCell(3, 100_000), "weight_kg"),
    "length_cm": Column(MeasureCell(1, 10_000_000), "length_cm"),
    "width_cm": Column(MeasureCell(1, 10_000_000), "width_cm"),
    "height_cm": Column(MeasureCell(1, 10_000_000), "height_cm"),
    "warranty_months": Column(CountCell(1200), "warranty_months"),
    "featured": Column(YesNoCell(), "is_featured"),
    "new": Column(YesNoCell(), "is_new"),
    "on_offer": Column(YesNoCell(), "is_on_offer"),
    "variant_active": Column(YesNoCell(), "is_active"),
    "position": Column(CountCell(MAX_UNITS), "position"),
    "stock": Column(CountCell(MAX_UNITS, None)),
    "variant_images": Column(ListCell()),
    "option_images": Column(OptionImagesCell()),
}
COLUMNS = PRODUCT_COLUMNS | VARIANT_COLUMNS


def product_cells(product: Product, paths: Paths) -> dict[str, str]:
    """
    The cells of a product by column. No queries if its pictures were prefetched.

    The path of a category that is not among `paths` is empty: this import created it.
    """
    path = paths.get(product.category_id, {})
    images = product.images.all()
    return _rendered(
        PRODUCT_COLUMNS,
        product,
        category_es=path.get("es", ()),
        category_en=path.get("en", ()),
        images=[picture_url(each) for each in images if not (each.variant_id or each.option_key)],
    )


def variant_cells(variant: Variant, units: Mapping[UUID, int]) -> dict[str, str]:
    """The cells of a variant by column. No queries if related rows were prefetched."""
    options = ordered_options(variant)
    own = {(option.key, option.value_key) for option in options}
    return _rendered(
        VARIANT_COLUMNS,
        variant,
        options=[(option.key, option.value_key) for option in options],
        options_es=_labels(options, "es"),
        options_en=_labels(options, "en"),
        list_price=variant.list_price,
        currency=config.CURRENCY,
        stock=units.get(variant.pk),
        variant_images=[picture_url(image) for image in variant.images.all()],
        option_images=[
            (image.option_key, picture_url(image))
            for image in variant.product.images.all()
            if (image.option_key, image.value_key) in own
        ],
    )


def _rendered(columns: Mapping[str, Column], row: Model, **computed: Any) -> dict[str, str]:
    return {
        name: column.cell.render(computed[name] if name in computed else column.get_value(row))
        for name, column in columns.items()
    }


def ordered_options(variant: Variant) -> list[VariantOption]:
    return sorted(variant.options.all(), key=lambda option: (option.position, option.key))


def _labels(options: Iterable[VariantOption], code: str) -> list[tuple[str, str]]:
    """Names and values in that language, else their keys."""
    return [
        (
            getattr(option, f"name_{code}") or option.key,
            getattr(option, f"value_{code}") or option.value_key,
        )
        for option in options
    ]


def picture_url(image: ProductImage) -> str:
    """The absolute URL of a picture."""
    return urljoin(settings.SITE_URL, image.picture.url)


def category_paths() -> Paths:
    """The path of each category in each language, family first. 1 query."""
    names = ("family__name_es", "family__name_en", "name_es", "name_en")
    rows = {
        pk: (parent, (family_es, family_en), (name_es, name_en))
        for pk, parent, family_es, family_en, name_es, name_en in Category.objects.values_list(
            "pk", "parent_id", *names
        )
    }
    return {pk: {"es": _path(pk, rows, 0), "en": _path(pk, rows, 1)} for pk in rows}


def _path(pk: UUID, rows: Mapping[UUID, Any], language: int) -> tuple[str, ...]:
    """Names missing in the language are taken from the other."""
    steps: list[str] = []
    step: UUID | None = pk
    family: tuple[str, ...] = ()
    while step is not None:
        step, family, names = rows[step]
        steps.insert(0, names[language] or names[1 - language] or "")
    return (family[language] or family[1 - language] or "", *steps)
