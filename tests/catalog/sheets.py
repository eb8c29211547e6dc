"""Spreadsheets as people send them, and what came of their rows."""

import csv
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any

from django.core.files.base import ContentFile

from backoffice.imports import services
from backoffice.imports.stock import units_of
from catalog.models import SheetImport, SheetRow, SheetStatus, Variant
from catalog.spreadsheets.exports import csv_lines, write_workbook


def table(*rows: Mapping[str, Any], delimiter: str = ",") -> bytes:
    """Rows as a CSV file; the first row with all the columns gives the heading."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def row(sku: str, **cells: Any) -> dict[str, Any]:
    """A row that makes a product of its own."""
    usual = {"name_es": f"Producto {sku}", "category_es": "Ropa > Polos", "list_price": "10.00"}
    return {"sku": sku, **usual, **cells}


def check(content: bytes, *, pictures: bytes | None = None, **fields: Any) -> SheetImport:
    """The file, looked through as a worker does."""
    sheet = services.receive(
        file=ContentFile(content, "products.csv"),
        pictures=ContentFile(pictures, "pictures.zip") if pictures else None,
        text_language="es",
        **fields,
    )
    services.work(sheet)
    return sheet


def take_in(content: bytes, *, takes_doubtful: bool = False, **fields: Any) -> SheetImport:
    """The file, checked, and its good rows taken in."""
    sheet = check(content, **fields)
    assert sheet.status == SheetStatus.CHECKED, sheet.refusal
    services.approve(sheet.pk, leaves_out_refused=True, takes_doubtful=takes_doubtful)
    sheet.refresh_from_db()
    services.work(sheet)
    return sheet


def outcomes(sheet: SheetImport) -> dict[str, str]:
    return dict(sheet.rows.order_by("line").values_list("sku", "outcome"))


def problems(sheet: SheetImport) -> dict[int, list[str]]:
    return dict(
        SheetRow.objects.filter(sheet=sheet).exclude(problems=[]).values_list("line", "problems")
    )


def exported(kind: str = "csv") -> bytes:
    """All the shop's products as a file."""
    if kind == "csv":
        return "".join(csv_lines(Variant.objects.all(), units_of)).encode()
    book = BytesIO()
    write_workbook(Variant.objects.all(), units_of, book)
    return book.getvalue()


def cells_of(content: bytes) -> Sequence[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


def texts(thing: Any, name: str) -> list[str]:
    """A translated text in Spanish and English."""
    return [getattr(thing, f"{name}_{code}") or "" for code in ("es", "en")]
