"""Writes batches of rows into the catalogue."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation

from catalog.imports.lines import LANGUAGES
from catalog.imports.picture_owners import OwnedPicture, owned_pictures
from catalog.imports.upsert import lock_imports, upsert
from catalog.imports.writer import OPTION_FIELDS, product_slugs
from catalog.models import PictureFetch, Product, SheetImport, SheetRow, Variant, VariantOption
from catalog.search import indexing
from catalog.spreadsheets.batches import Batch, load_batch, split_prices
from catalog.spreadsheets.columns import PRODUCT_COLUMNS, VARIANT_COLUMNS
from catalog.spreadsheets.row_merger import MergedRow, RowMerger

_PRODUCT_FIELDS = [
    *("name", "description", "category", "seller", "base_price", "language"),
    *(each.attribute for each in PRODUCT_COLUMNS.values() if each.is_plain),
]
_VARIANT_FIELDS = [
    *("name", "description", "brand", "price_modifier"),
    *(each.attribute for each in VARIANT_COLUMNS.values() if each.is_plain),
]


class SheetWriter:
    """Writes the rows of one import in batches."""

    def __init__(self, sheet: SheetImport, *, is_dry_run: bool) -> None:
        self._sheet = sheet
        self._is_dry_run = is_dry_run
        self._merger = RowMerger(sheet, is_dry_run=is_dry_run)
        self.new_shelves: set[str] = set()

    def forget(self) -> None:
        """Call after a rollback."""
        self._merger.forget()

    @transaction.atomic
    @indexing.unqueued()
    def write(self, rows: Sequence[SheetRow]) -> list[MergedRow]:
        """
        Merge the rows into products and write what is new or changed.

        Each row records its outcome, problems and changes. A dry run, rolled back by the caller,
        names new categories and brands without creating them, as their constraints are deferred.

        :raises IntegrityError, DataError: if the database refuses a row; nothing is written then
        """
        lock_imports()
        batch = load_batch(rows)
        arrivals = [arrival for row in rows if (arrival := self._merger.merge(batch, row))]
        with translation.override(settings.LANGUAGE_CODE):
            changed = self._write(batch, arrivals)
        self.new_shelves |= set(self._merger.taxonomy.created)
        if not self._is_dry_run:
            self._queue_pictures(arrivals)
            indexing.refresh_whole(sorted(changed))
        return arrivals

    def _write(self, batch: Batch, arrivals: Sequence[MergedRow]) -> set[UUID]:
        """Write the differences; returns the products concerned."""
        _give_slugs(batch)
        split_prices(batch)
        variants = {arrival.variant.pk: arrival.variant for arrival in arrivals}
        products = {arrival.product.pk: arrival.product for arrival in arrivals}
        fresh = upsert(Product, list(products.values()), unique=["id"], fields=_PRODUCT_FIELDS)
        changed: set[UUID] = {row.pk for row in fresh}
        rows = upsert(Variant, list(variants.values()), unique=["id"], fields=_VARIANT_FIELDS)
        changed |= {row.product_id for row in rows}
        gone = VariantOption.objects.filter(pk__in=batch.options_gone)
        touched = set(gone.values_list("variant_id", flat=True))
        gone.delete()
        options = upsert(
            VariantOption, batch.options, unique=["variant_id", "key"], fields=OPTION_FIELDS
        )
        touched |= {row.variant_id for row in options}
        return changed | {variants[pk].product_id for pk in touched}

    def _queue_pictures(self, arrivals: Sequence[MergedRow]) -> None:
        """Queue each URL once, for its most specific owners."""
        by_product: dict[UUID, list[MergedRow]] = {}
        for arrival in arrivals:
            if arrival.images or arrival.variant_images or arrival.option_images:
                by_product.setdefault(arrival.product.pk, []).append(arrival)
        options = _options(by_product)
        PictureFetch.objects.bulk_create(
            (
                PictureFetch(
                    sheet=self._sheet,
                    product_id=product,
                    variant_id=skus[each.sku].pk if each.sku else None,
                    option_key=each.option_key,
                    value_key=each.value_key,
                    source=each.name,
                    position=position,
                )
                for product, rows in by_product.items()
                for skus in ({row.variant.sku: row.variant for row in rows},)
                for position, each in enumerate(_owned(rows, options[product]))
            ),
            ignore_conflicts=True,
        )


def _options(products: Collection[UUID]) -> dict[UUID, dict[str, dict[str, str]]]:
    """
    The options of all variants of these products, by SKU and key. 1 query, none without products.
    """
    found: dict[UUID, dict[str, dict[str, str]]] = {pk: {} for pk in products}
    columns = ("product_id", "sku", "options__key", "options__value_key")
    variants = Variant.objects.filter(product__in=products).order_by("pk")
    for product, sku, key, value in variants.values_list(*columns) if products else ():
        of_variant = found[product].setdefault(sku, {})
        if key:
            of_variant[key] = value
    return found


def _owned(
    rows: Sequence[MergedRow], options: Mapping[str, Mapping[str, str]]
) -> list[OwnedPicture]:
    """The owner of each picture of a product's rows."""
    named = [
        OwnedPicture(source, "", key, value)
        for row in rows
        for key, source in row.option_images
        if (value := options[row.variant.sku].get(key))
    ]
    images = [source for row in rows for source in row.images]
    of_skus = {row.variant.sku: row.variant_images for row in rows}
    return owned_pictures(images, named, of_skus, options)


def _give_slugs(batch: Batch) -> None:
    """Give new products the slug of their row, or one made from the name."""
    new = {pk: batch.products[pk] for pk in batch.new_products}
    slugs = product_slugs(
        {
            product.sku: product.slug or next(filter(None, _names(product)))
            for product in new.values()
        }
    )
    for product in new.values():
        product.slug = slugs[product.sku]


def _names(product: Product) -> list[str | None]:
    return [getattr(product, f"name_{code}") for code in LANGUAGES]
