"""
Shopify's exports: the rows of a product share a handle; the first row has its details.

Both sets of headings are known: with `Handle` and `Body (HTML)`, and the newer with `URL handle`.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from django.utils.text import slugify

from catalog.spreadsheets.cells import escape, pairs_as_text
from catalog.spreadsheets.files import FileRow, SheetFile
from catalog.spreadsheets.texts import plain_text

# Our column → Shopify's headings, in any case.
_NAMES = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "body": ("body (html)", "description"),
    "vendor": ("vendor",),
    "category": ("product category", "standardized product type"),
    "type": ("type", "custom product type"),
    "tags": ("tags",),
    "published": ("published", "published on online store"),
    "status": ("status",),
    "sku": ("variant sku", "sku"),
    "barcode": ("variant barcode", "barcode"),
    "grams": ("variant grams", "weight value (grams)"),
    "units": ("variant inventory qty", "inventory quantity"),
    "price": ("variant price", "price"),
    "compare": ("variant compare at price", "compare-at price"),
    "cost": ("cost per item",),
    "image": ("image src", "product image url"),
    "variant_image": ("variant image", "variant image url"),
    **{
        f"option{number}_{part}": (f"option{number} {part}",)
        for number in (1, 2, 3)
        for part in ("name", "value")
    },
}
COLUMNS = [
    *("product", "slug", "name", "description", "category", "active", "attributes", "images"),
    *("sku", "brand", "gtin", "options", "list_price", "sale_price", "cost", "weight_kg", "stock"),
    "variant_images",
]
_NO_OPTION = ("Title", "Default Title")


def recognises(columns: Sequence[str]) -> bool:
    """Whether a file with these headings is an export of this shop system."""
    names = {name.lower() for name in columns}
    return bool(names & {"handle", "url handle"}) and {"title", "option1 value"} <= names


def rows_of(file: SheetFile) -> Iterator[FileRow]:
    """One row for each variant. Rows with pictures only are merged into their product's."""
    ours = {
        name: next((each for each in names if each in columns), "")
        for columns in [{name.lower() for name in file.columns}]
        for name, names in _NAMES.items()
    }
    theirs = {name.lower(): name for name in file.columns}
    read = (
        FileRow(
            row.line,
            {name: row.cells.get(theirs.get(lower, ""), "") for name, lower in ours.items()},
            row.problems,
        )
        for row in file.rows
    )
    for handle, rows in groupby(read, key=lambda row: row.cells["handle"].strip()):
        yield from _product(handle, list(rows))


def _product(handle: str, rows: list[FileRow]) -> Iterator[FileRow]:
    first = rows[0].cells
    variants = [row for row in rows if row.cells["price"].strip() or row.cells["sku"].strip()]
    common = {
        "product": handle,
        "slug": handle,
        "name": first["title"].strip(),
        "description": plain_text(first["body"]),
        "category": first["category"] or escape(first["type"].strip(), ">"),
        "brand": first["vendor"],
        "active": _is_active(first),
        "attributes": pairs_as_text([("tags", tags)] if (tags := first["tags"].strip()) else []),
        "images": " | ".join(row.cells["image"].strip() for row in rows if row.cells["image"]),
    }
    for row in variants or rows[:1]:
        cells = {**common, **_variant(row.cells, first, handle)}
        yield FileRow(row.line, {k: v for k, v in cells.items() if v}, row.problems)


def _variant(cells: dict[str, str], first: dict[str, str], handle: str) -> dict[str, str]:
    options = [
        (first[f"option{number}_name"].strip(), cells[f"option{number}_value"].strip())
        for number in (1, 2, 3)
    ]
    options = [pair for pair in options if all(pair) and pair != _NO_OPTION]
    values = [slugify(value) or value for _name, value in options]
    grams = cells["grams"].strip().replace(",", ".")
    return {
        # Shopify has no mandatory SKU; this one is stable across imports.
        "sku": cells["sku"].strip() or "-".join([handle, *values]),
        "options": pairs_as_text(options),
        "weight_kg": _kilograms(grams),
        "stock": cells["units"] if not cells["units"].startswith("-") else "0",
        "cost": cells["cost"],
        "gtin": cells["barcode"],
        "variant_images": cells["variant_image"].strip(),
        **_prices(cells["price"].strip(), cells["compare"].strip()),
    }


def _prices(price: str, compare: str) -> dict[str, str]:
    """The price before the offer, if any, is the list price."""
    try:
        is_offer = float(compare) > float(price)
    except ValueError:
        is_offer = False
    return {"list_price": compare, "sale_price": price} if is_offer else {"list_price": price}


def _kilograms(grams: str) -> str:
    try:
        return f"{float(grams) / 1000:.4f}" if float(grams) else ""
    except ValueError:
        return grams


def _is_active(cells: dict[str, str]) -> str:
    status = cells["status"].strip().lower() or "active"
    return "1" if status == "active" and cells["published"].strip().lower() != "false" else "0"
