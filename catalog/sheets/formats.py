"""Whose columns a file has: the shop's own, Shopify's or WooCommerce's. All become the own ones."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from catalog.models import SheetKind
from catalog.sheets import shopify, woocommerce
from catalog.sheets.columns import COLUMNS, IN_ONE_LANGUAGE
from catalog.sheets.files import FileRow, SheetFile
from core.uploads import FileRefused


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A file's rows in the shop's own columns."""

    kind: SheetKind
    columns: list[str]
    rows: Iterator[FileRow]
    remarks: list[str] = field(default_factory=list)


def read(file: SheetFile, language: str) -> SheetRows:
    """
    The rows with our columns. Texts without a language are taken to be in the one given.

    :raises FileRefused: if the columns are nobody's that we know
    """
    for kind, other in (
        (SheetKind.SHOPIFY, shopify),
        (SheetKind.WOOCOMMERCE, woocommerce),
    ):
        if other.is_by(file.columns):
            columns = [_in_language(name, language) for name in other.COLUMNS]
            rows = (_renamed(row, language) for row in other.rows_of(file))
            return SheetRows(kind, columns, rows, file.remarks)
    return _own(file, language)


def _own(file: SheetFile, language: str) -> SheetRows:
    names = {name: _in_language(name.lower(), language) for name in file.columns if name}
    known = [name for name in names.values() if name in COLUMNS]
    if "sku" not in known:
        raise FileRefused(
            _(
                "The first line names no column “sku”, nor is it an export of Shopify or"
                " WooCommerce. Export your products to see the columns."
            )
        )
    remarks = list(file.remarks)
    if unknown := [name for name, ours in names.items() if ours not in COLUMNS]:
        remarks.append(
            _("Columns that are not known and are left out: %(names)s.")
            % {"names": ", ".join(name[:40] for name in unknown[:20])}
        )
    rows = (
        FileRow(
            row.line,
            {names[name]: text for name, text in row.cells.items() if names[name] in COLUMNS},
            row.problems,
        )
        for row in file.rows
    )
    return SheetRows(SheetKind.OWN, known, rows, remarks)


def _renamed(row: FileRow, language: str) -> FileRow:
    cells = {_in_language(name, language): text for name, text in row.cells.items()}
    return FileRow(row.line, cells, row.problems)


def _in_language(name: str, language: str) -> str:
    return f"{name}_{language}" if name in IN_ONE_LANGUAGE else name
