"""The columns of the shop's own spreadsheet format. Their names never change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urljoin
from uuid import UUID

from constance import config
from django.conf import settings

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
IN_ONE_LANGUAGE = ("name", "description", "category", "variant_name", "variant_description")
Paths = Mapping[UUID, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column and the attribute of the product or variant that it shows."""

    attribute: str | None
    widget: CellKind
    name: str = ""

    @property
    def column_name(self) -> str:
        return self.name or str(self.attribute)

    @property
    def is_plain(self) -> bool:
        """Whether the value can be set on the model as parsed."""
        return self.attribute is not None and "__" not in self.attribute

    def get_value(self, row: Any) -> Any:
        """The attribute; None if a part of its path is missing."""
        for step in str(self.attribute).split("__"):
            row = getattr(row, step, None)
        return row


class Columns:
    """Columns with values from attributes or `dehydrate_…` methods."""

    fields: ClassVar[dict[str, Column]]

    def __init_subclass__(cls) -> None:
        cls.fields = {name: each for name, each in vars(cls).items() if isinstance(each, Column)}

    def __init__(self) -> None:
        self._readers = [
            (field, getattr(self, f"dehydrate_{name}", field.get_value))
            for name, field in self.fields.items()
        ]

    def cells_of(self, row: Any) -> dict[str, str]:
        """The cells of the row by column. No queries if related rows were prefetched."""
        return {field.column_name: field.widget.render(read(row)) for field, read in self._readers}


class ProductColumns(Columns):
    """Columns of the product, equal in all of its rows."""

    product = Column("sku", CodeCell(100), "product")
    slug = Column("slug", SlugCell(255))
    name_es = Column("name_es", TextCell(255))
    name_en = Column("name_en", TextCell(255))
    description_es = Column("description_es", TextCell())
    description_en = Column("description_en", TextCell())
    category_es = Column(None, PathCell(), "category_es")
    category_en = Column(None, PathCell(), "category_en")
    seller = Column("seller__slug", CodeCell(), "seller")
    attributes = Column("attributes", ObjectCell())
    specifications = Column("specifications", ObjectCell())
    tax_class = Column("tax_class", SlugCell(30))
    purchase_limit = Column("purchase_limit", CountCell(MAX_UNITS, None))
    published_at = Column("published_at", MomentCell())
    is_active = Column("is_active", YesNoCell(), "active")
    images = Column(None, ListCell(), "images")

    def __init__(self) -> None:
        super().__init__()
        self._paths: Paths = category_paths()

    def dehydrate_category_es(self, product: Product) -> tuple[str, ...]:
        return self._path(product, "es")

    def dehydrate_category_en(self, product: Product) -> tuple[str, ...]:
        return self._path(product, "en")

    def _path(self, product: Product, code: str) -> tuple[str, ...]:
        """Empty for a category created by this import: its rows have named it."""
        return self._paths.get(product.category_id, {}).get(code, ())

    def dehydrate_images(self, product: Product) -> list[str]:
        images = product.images.all()
        return [picture_url(each) for each in images if not (each.variant_id or each.option_key)]


class VariantColumns(Columns):
    """Columns of the variant."""

    sku = Column("sku", CodeCell(120))
    name_es = Column("name_es", TextCell(255), "variant_name_es")
    name_en = Column("name_en", TextCell(255), "variant_name_en")
    description_es = Column("description_es", TextCell(), "variant_description_es")
    description_en = Column("description_en", TextCell(), "variant_description_en")
    brand = Column("brand__name", CodeCell(150), "brand")
    model = Column("model", CodeCell(150))
    gtin = Column("gtin", GtinCell(14))
    options = Column(None, OptionsCell(), "options")
    options_es = Column(None, PairsCell(), "options_es")
    options_en = Column(None, PairsCell(), "options_en")
    list_price = Column(None, AmountCell(), "list_price")
    sale_price = Column("sale_price", AmountCell())
    currency = Column(None, CodeCell(), "currency")
    cost = Column("cost", AmountCell())
    weight_kg = Column("weight_kg", MeasureCell(3, 100_000))
    length_cm = Column("length_cm", MeasureCell(1, 10_000_000))
    width_cm = Column("width_cm", MeasureCell(1, 10_000_000))
    height_cm = Column("height_cm", MeasureCell(1, 10_000_000))
    warranty_months = Column("warranty_months", CountCell(1200))
    is_featured = Column("is_featured", YesNoCell(), "featured")
    is_new = Column("is_new", YesNoCell(), "new")
    is_on_offer = Column("is_on_offer", YesNoCell(), "on_offer")
    is_active = Column("is_active", YesNoCell(), "variant_active")
    position = Column("position", CountCell(MAX_UNITS))
    stock = Column(None, CountCell(MAX_UNITS, None), "stock")
    variant_images = Column(None, ListCell(), "variant_images")
    option_images = Column(None, OptionImagesCell(), "option_images")

    def __init__(self, stock: Mapping[UUID, int] | None = None) -> None:
        super().__init__()
        self.units = stock or {}

    def dehydrate_options(self, variant: Variant) -> list[tuple[str, str]]:
        return [(option.key, option.value_key) for option in ordered_options(variant)]

    def dehydrate_options_es(self, variant: Variant) -> list[tuple[str, str]]:
        return _labels(variant, "es")

    def dehydrate_options_en(self, variant: Variant) -> list[tuple[str, str]]:
        return _labels(variant, "en")

    def dehydrate_list_price(self, variant: Variant) -> Any:
        return variant.list_price

    def dehydrate_currency(self, variant: Variant) -> str:
        return str(config.CURRENCY)

    def dehydrate_stock(self, variant: Variant) -> int | None:
        return self.units.get(variant.pk)

    def dehydrate_variant_images(self, variant: Variant) -> list[str]:
        return [picture_url(image) for image in variant.images.all()]

    def dehydrate_option_images(self, variant: Variant) -> list[tuple[str, str]]:
        """The pictures of the variant's option values."""
        own = {(option.key, option.value_key) for option in variant.options.all()}
        return [
            (image.option_key, picture_url(image))
            for image in variant.product.images.all()
            if (image.option_key, image.value_key) in own
        ]


PRODUCT_COLUMNS: dict[str, Column] = {
    field.column_name: field for field in ProductColumns.fields.values()
}
VARIANT_COLUMNS: dict[str, Column] = {
    field.column_name: field for field in VariantColumns.fields.values()
}
COLUMNS = {**PRODUCT_COLUMNS, **VARIANT_COLUMNS}


def ordered_options(variant: Variant) -> list[VariantOption]:
    return sorted(variant.options.all(), key=lambda option: (option.position, option.key))


def _labels(variant: Variant, code: str) -> list[tuple[str, str]]:
    """Names and values in that language, else their keys."""
    return [
        (
            getattr(option, f"name_{code}") or option.key,
            getattr(option, f"value_{code}") or option.value_key,
        )
        for option in ordered_options(variant)
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
