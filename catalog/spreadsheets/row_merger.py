"""Merges rows into products; equal cells change nothing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from constance import config
from django.utils.translation import gettext as _

from accounts.models import Seller
from catalog.imports.lines import LANGUAGES, UNSORTED, BadLine, cut
from catalog.imports.taxonomy import Taxonomy
from catalog.imports.writer import option_rows, shortened, variant_slug
from catalog.models import Product, RowOutcome, SheetImport, SheetRow, Variant, VariantOption
from catalog.services.prices import price_doubt
from catalog.spreadsheets.batches import Batch
from catalog.spreadsheets.columns import (
    COLUMNS,
    PRODUCT_COLUMNS,
    VARIANT_COLUMNS,
    category_paths,
    ordered_options,
    product_cells,
    variant_cells,
)
from core.ids import uuid7

_PICTURES = {"images", "variant_images", "option_images"}
# Empty cells leave these unchanged.
_NEVER_EMPTIED = _PICTURES | {"category_es", "category_en", "seller"}
# They identify the row, or apply to new products only.
_NEVER_CHANGED = {"product", "sku", "slug", "currency", "stock"}
_MAX_SKU_LENGTH = 100
_MAX_SHOWN_LENGTH = 200
Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MergedRow:
    """The variant of a row, with initial stock if it is new, and pictures."""

    variant: Variant
    product: Product
    is_new: bool
    units: int | None
    images: tuple[str, ...] = ()
    variant_images: tuple[str, ...] = ()
    # With the option of each.
    option_images: tuple[tuple[str, str], ...] = ()


class RowMerger:
    """Merges the rows of one import; caches categories and brands."""

    def __init__(self, sheet: SheetImport, *, is_dry_run: bool) -> None:
        self._sheet = sheet
        self._is_dry_run = is_dry_run
        self._columns = [name for name in sheet.columns if name in COLUMNS]
        self._of_product = [name for name in self._columns if name in PRODUCT_COLUMNS]
        self._sellers = {seller.slug: seller for seller in Seller.objects.all()}
        names = Counter(each.name.lower() for each in self._sellers.values())
        self._seller_slugs = {
            name: slug
            for slug, each in self._sellers.items()
            for name in (slug.lower(), each.name.lower())
            if names[name] <= 1  # duplicate names are distinguished by slug
        }
        self._house = next(seller for seller in self._sellers.values() if seller.is_house)
        self.forget()

    def forget(self) -> None:
        """Reload categories and brands after a rollback."""
        self.taxonomy = Taxonomy(is_dry_run=self._is_dry_run)
        self._paths = category_paths()

    def merge(self, batch: Batch, row: SheetRow) -> MergedRow | None:
        """Apply the row to the batch and record its changes; does nothing if the row is refused."""
        row.problems, row.changes = [], []
        try:
            product, variant = self._find(batch, row)
        except BadLine as error:
            self._refuse(row, RowOutcome.REFUSED, str(error))
            return None
        before = self._current_cells(batch, product, variant)
        wanted = self._read(batch, row, product, before)
        self._check(row, wanted, product, variant)
        if row.problems:
            row.outcome = RowOutcome.REFUSED
            return None
        doubt = self._doubt(variant, wanted)
        if doubt and not self._sheet.takes_doubtful:
            self._refuse(row, RowOutcome.DOUBTFUL, doubt)
            return None
        try:
            return self._set(batch, row, product, variant, wanted)
        finally:
            self._record_changes(row, before, wanted, is_new=variant is None)

    def _refuse(self, row: SheetRow, outcome: RowOutcome, problem: str) -> None:
        row.outcome, row.problems = outcome, [*row.problems, problem]

    def _find(self, batch: Batch, row: SheetRow) -> tuple[Product | None, Variant | None]:
        """
        The existing product and variant of the row.

        :raises BadLine: if they belong to another seller, or not together
        """
        variant = batch.variants.get(row.sku)
        product = batch.products[variant.product_id] if variant else None
        named = batch.by_key.get(row.product_key)
        seller = self._sheet.seller_id
        if seller and any(each and each.seller_id != seller for each in (product, named)):
            raise BadLine(_("sku: another seller has it already. Choose another SKU."))
        if variant and product and row.cells.get("product") not in {None, product.sku}:
            raise BadLine(
                _("product: the SKU is one of product %(product)s. Write that, or another SKU.")
                % {"product": product.sku}
            )
        if len(row.product_key) > _MAX_SKU_LENGTH and not (product or named):
            raise BadLine(_("product: it has more than 100 characters. Shorten it."))
        return product or named, variant

    def _current_cells(
        self, batch: Batch, product: Product | None, variant: Variant | None
    ) -> dict[str, str]:
        """The cells as they are. A product that an earlier row of this batch adds has none yet."""
        cells: dict[str, str] = {}
        if product and self._of_product and product.pk not in batch.new_products:
            cells |= product_cells(product, self._paths)
        if variant:
            cells |= variant_cells(variant, {})
        return cells

    def _read(
        self, batch: Batch, row: SheetRow, product: Product | None, before: Mapping[str, str]
    ) -> Cells:
        """The cells that differ from the shop; invalid ones are recorded as problems."""
        first_cells = batch.first_cells.get(product.pk, {}) if product else {}
        wanted: Cells = {}
        for name in self._columns:
            text = row.cells.get(name, "")
            if name in first_cells:
                line, earlier = first_cells[name]
                if text != earlier:
                    row.problems.append(
                        _("%(column)s: line %(line)s says otherwise of the same product.")
                        % {"column": name, "line": line}
                    )
            elif text != before.get(name, ""):
                self._read_cell(row, name, text, before, wanted)
        for name in _PICTURES & set(wanted):
            known = set(before.get(name, "").split(" | "))
            fetched = batch.fetched if product else set()
            wanted[name] = [
                each
                for each in wanted[name]
                if _cell_of(each) not in known
                and not (product and (product.pk, _source(each)) in fetched)
            ]
        return {
            name: value for name, value in wanted.items() if value or name not in _NEVER_EMPTIED
        }

    def _read_cell(
        self, row: SheetRow, name: str, text: str, before: Mapping[str, str], wanted: Cells
    ) -> None:
        cell = COLUMNS[name].cell
        try:
            value = cell.clean(text, has_decimal_commas=self._sheet.has_decimal_commas)
            if name == "seller":
                value = self._seller_slugs.get(value.lower(), value)
        except ValueError as error:
            row.problems.append(f"{name}: {error}.")
        else:
            before_it = before.get(name)
            if before_it is None or cell.meaning(value) != cell.meaning(cell.clean(before_it)):
                wanted[name] = value

    def _check(
        self, row: SheetRow, wanted: Cells, product: Product | None, variant: Variant | None
    ) -> None:
        """Add problems found by the shop's rules."""
        row.problems += [
            *self._missing(row, wanted, product, variant),
            *self._wrong_prices(row, wanted, variant),
            *self._not_for_sellers(wanted),
        ]
        paths = (wanted.get(f"category_{code}") for code in LANGUAGES)
        if len({len(path) for path in paths if path}) > 1:
            row.problems.append(_("category_en: it has other steps than category_es."))
        seller = wanted.get("seller")
        if seller and seller not in self._sellers:
            row.problems.append(_("seller: there is none of that name or slug."))

    def _missing(
        self, row: SheetRow, wanted: Cells, product: Product | None, variant: Variant | None
    ) -> list[str]:
        problems = []
        names = [
            wanted.get(f"name_{code}", getattr(product, f"name_{code}", None)) for code in LANGUAGES
        ]
        if not any(name and name.strip() for name in names):
            problems.append(_("name_es: it is missing. A new product needs a name."))
        price = wanted.get("list_price", None if variant is None else variant.list_price)
        if price is None and not row.cells.get("list_price"):
            problems.append(_("list_price: it is missing. Write the price without an offer."))
        return problems

    def _wrong_prices(self, row: SheetRow, wanted: Cells, variant: Variant | None) -> list[str]:
        problems = []
        currency = row.cells.get("currency", "").strip().upper()
        if currency not in {"", config.CURRENCY}:
            problems.append(
                _("currency: prices are in %(currency)s here. Convert them first.")
                % {"currency": config.CURRENCY}
            )
        full, sale = _prices(variant, wanted)
        if full is not None and sale is not None and sale > full:
            problems.append(_("sale_price: it is above the list price. Write a lower one or none."))
        return problems

    def _not_for_sellers(self, wanted: Cells) -> list[str]:
        """Only staff may create categories and brands."""
        own = self._sheet.seller
        if own is None:
            return []
        problems = []
        if wanted.get("seller", own.slug) not in {"", own.slug}:
            problems.append(_("seller: you import your own products alone."))
        if wanted.get("brand") and not self.taxonomy.knows_brand(wanted["brand"]):
            problems.append(_("brand: the shop has none of that name. Ask for it to be added."))
        path = wanted.get("category_es") or wanted.get("category_en")
        if path and not self.taxonomy.find(path):
            problems.append(_("category_es: the shop has none of that name. Choose another."))
        return problems

    def _doubt(self, variant: Variant | None, wanted: Cells) -> str:
        _full, sale = _prices(variant, wanted)
        price = _full if sale is None else sale
        return price_doubt(variant.price if variant else None, price) if price is not None else ""

    def _set(
        self,
        batch: Batch,
        row: SheetRow,
        product: Product | None,
        variant: Variant | None,
        wanted: Cells,
    ) -> MergedRow:
        if product is None:
            product = Product(
                id=uuid7(), sku=row.product_key, seller=self._sheet.seller or self._house
            )
            batch.add_product(product)
        self._set_product(batch, product, wanted)
        row.makes_product = product.pk in batch.new_products
        is_new = variant is None
        if variant is None:
            variant = Variant(
                id=uuid7(),
                product=product,
                sku=row.sku,
                sku_suffix=shortened(row.sku, 100),
                slug=variant_slug(row.sku),
                position=len(batch.of_product[product.pk]),
            )
            batch.add_variant(variant)
        self._set_variant(batch, variant, wanted)
        if is_new:
            self._set_names(variant, product, batch)
        first_cells = batch.first_cells.setdefault(product.pk, {})
        first_cells |= {
            name: (row.line, row.cells.get(name, ""))
            for name in self._of_product
            if name not in first_cells and name not in _PICTURES
        }
        return MergedRow(
            variant,
            product,
            is_new,
            wanted.get("stock") if is_new else None,
            tuple(wanted.get("images", ())),
            tuple(wanted.get("variant_images", ())),
            tuple(wanted.get("option_images", ())),
        )

    def _set_product(self, batch: Batch, product: Product, wanted: Cells) -> None:
        is_new = product.pk in batch.new_products
        for name, value in wanted.items():
            column = PRODUCT_COLUMNS.get(name)
            if column and column.is_plain and name != "product" and (is_new or name != "slug"):
                setattr(product, column.attribute, value)
        names = [code for code in LANGUAGES if getattr(product, f"name_{code}")]
        product.language = "" if len(names) > 1 else names[0]
        if wanted.get("seller"):
            product.seller = self._sellers[wanted["seller"]]
        category = self._category(wanted)
        if category is None and is_new and product.pk not in batch.first_cells:
            category = self.taxonomy.category((UNSORTED["en"],), (UNSORTED["es"],))
        if category is not None:
            product.category_id = category

    def _category(self, wanted: Cells) -> UUID | None:
        spanish, english = wanted.get("category_es"), wanted.get("category_en")
        path = spanish or english
        if not path:
            return None
        return self.taxonomy.find(path) or self.taxonomy.category(english or path, path)

    def _set_variant(self, batch: Batch, variant: Variant, wanted: Cells) -> None:
        for name, value in wanted.items():
            column = VARIANT_COLUMNS.get(name)
            if column and column.is_plain and name != "sku":
                setattr(variant, column.attribute, value)
        if "list_price" in wanted:
            variant.list_price = wanted["list_price"]
        if "sale_price" in wanted and "on_offer" not in self._columns:
            variant.is_on_offer = wanted["sale_price"] is not None
        if "brand" in wanted:
            variant.brand_id = self.taxonomy.brand(wanted["brand"])
        if {"options", "options_es", "options_en"} & set(wanted):
            self._set_options(batch, variant, wanted)

    def _set_options(self, batch: Batch, variant: Variant, wanted: Cells) -> None:
        """Replace the options by those of the row, in the languages that it has."""
        before = [] if variant.pk in batch.new_variants else ordered_options(variant)
        labels = {code: wanted.get(f"options_{code}") or [] for code in LANGUAGES}
        if "options" not in wanted and any(len(before) == len(it) for it in labels.values()):
            rows = [_copy(option) for option in before]
        else:
            rows = option_rows(variant.pk, wanted.get("options") or labels["en"] or labels["es"])
        for code, pairs in labels.items():
            for row, (name, value) in zip(rows, pairs, strict=False):
                setattr(row, f"name_{code}", name[:50])
                setattr(row, f"value_{code}", value[:100])
        kept = {row.key for row in rows}
        batch.options += rows
        batch.options_gone += [option.pk for option in before if option.key not in kept]

    def _set_names(self, variant: Variant, product: Product, batch: Batch) -> None:
        """A new variant is named after its product and options unless the row has a name."""
        options = [row for row in batch.options if row.variant_id == variant.pk]
        for code in LANGUAGES:
            name = getattr(product, f"name_{code}")
            if name and not getattr(variant, f"name_{code}"):
                values = [getattr(row, f"value_{code}") for row in options]
                setattr(variant, f"name_{code}", cut(" · ".join([name, *values]), 255))

    def _record_changes(
        self, row: SheetRow, before: Mapping[str, str], wanted: Cells, *, is_new: bool
    ) -> None:
        if is_new:
            row.outcome = RowOutcome.NEW
            return
        changed = [name for name in wanted if name not in _NEVER_CHANGED]
        row.outcome = RowOutcome.CHANGED if changed else RowOutcome.SAME
        earlier = {name: before.get(name, "") for name in changed}
        row.changes = [
            [name, text[:_MAX_SHOWN_LENGTH], row.cells.get(name, "")[:_MAX_SHOWN_LENGTH]]
            for name, text in earlier.items()
        ]
        if "sale_price" in wanted and "on_offer" not in self._columns:
            # The sale price sets it as well.
            earlier["on_offer"] = before["on_offer"]
        row.before = {} if self._is_dry_run else earlier


def _copy(option: VariantOption) -> VariantOption:
    """An unsaved copy of the option."""
    names = ("variant_id", "key", "value_key", "position")
    texts = [f"{name}_{code}" for name in ("name", "value") for code in LANGUAGES]
    return VariantOption(**{name: getattr(option, name) for name in (*names, *texts)})


def _prices(variant: Variant | None, wanted: Cells) -> tuple[Decimal | None, Decimal | None]:
    """The resulting list price and sale price."""
    return (
        wanted.get("list_price", variant.list_price if variant else None),
        wanted.get("sale_price", variant.sale_price if variant else None),
    )


def _source(each: str | tuple[str, str]) -> str:
    """The URL or file name of a picture, without its option."""
    return each if isinstance(each, str) else each[1]


def _cell_of(each: str | tuple[str, str]) -> str:
    return each if isinstance(each, str) else "=".join(each)
