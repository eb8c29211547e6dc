"""Exports of products that can be imported again without changes."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from io import StringIO
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from catalog.models import ProductImage, Variant
from catalog.spreadsheets.cells import AmountCell, CountCell, MeasureCell, YesNoCell
from catalog.spreadsheets.columns import COLUMNS, category_paths, product_cells, variant_cells
from catalog.spreadsheets.files import escaped
from core.exceptions import DomainError
from core.reports.tables import inert

_CHUNK = 500
_MAX_CELL_LENGTH = 32_767
_NUMBERS = (AmountCell, CountCell, MeasureCell, YesNoCell)
_MARK = "\ufeff"  # otherwise Excel reads Windows-1252
StockOf = Callable[[Iterable[UUID]], Mapping[UUID, int]]


class CellTooLong(DomainError):
    """A text too long for a cell of a workbook."""


def csv_lines(variants: QuerySet[Variant], stock_of: StockOf) -> Iterator[str]:
    """The lines of a CSV file, in constant memory."""
    yield _MARK + _line(COLUMNS)
    for cells in _rows(variants, stock_of):
        yield _line(str(inert(cells[name])) for name in COLUMNS)


def write_workbook(variants: QuerySet[Variant], stock_of: StockOf, file: IO[bytes]) -> None:
    """
    Write an Excel workbook with one sheet.

    :raises CellTooLong: if a text is too long for Excel; CSV has no limit
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(COLUMNS))
    for cells in _rows(variants, stock_of):
        row: list[Any] = []
        for name, column in COLUMNS.items():
            text = cells[name]
            if text and isinstance(column.cell, _NUMBERS):
                row.append(Decimal(text))
                continue
            cell = WriteOnlyCell(sheet, escaped(_fitting(str(inert(text)), cells["sku"])) or None)
            # A leading equals sign would make a formula; `inert` puts a quote before it.
            row.append(cell)
        sheet.append(row)
    book.save(file)


def _fitting(text: str, sku: str) -> str:
    if len(text) > _MAX_CELL_LENGTH:
        raise CellTooLong(
            _("A text of %(sku)s is too long for a cell of Excel. Export as CSV instead.")
            % {"sku": sku}
        )
    return text


def _line(cells: Iterable[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def _rows(variants: QuerySet[Variant], stock_of: StockOf) -> Iterator[dict[str, str]]:
    """The cells of each variant by column, in chunks of 500 rows."""
    paths = category_paths()
    images = ProductImage.objects.order_by("position", "pk")
    ordered = (
        variants.select_related("product__seller", "brand")
        .prefetch_related(
            "options", Prefetch("images", images), Prefetch("product__images", images)
        )
        .order_by("product_id", "position", "pk")
    )
    found = ordered.iterator(chunk_size=_CHUNK)
    while chunk := list(islice(found, _CHUNK)):
        units = stock_of(variant.pk for variant in chunk)
        for variant in chunk:
            yield product_cells(variant.product, paths) | variant_cells(variant, units)
