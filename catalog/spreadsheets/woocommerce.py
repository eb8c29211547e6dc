"""
WooCommerce's exports, in English or Spanish: variations refer to a parent, which is not sold
itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from catalog.spreadsheets.cells import STEP, escape, pairs_as_text
from catalog.spreadsheets.files import FileRow, SheetFile
from catalog.spreadsheets.texts import plain_text

_NAMES = {
    "id": ("id",),
    "type": ("type", "tipo"),
    "sku": ("sku",),
    "gtin": ("gtin, upc, ean, or isbn", "gtin, upc, ean o isbn"),
    "name": ("name", "nombre"),
    "published": ("published", "publicado"),
    "featured": ("is featured?", "¿está destacado?"),
    "short": ("short description", "descripción corta"),
    "long": ("description", "descripción"),
    "stock": ("stock", "inventario"),
    "weight": ("weight (kg)", "peso (kg)"),
    "grams": ("weight (g)", "peso (g)"),
    "length": ("length (cm)", "longitud (cm)"),
    "width": ("width (cm)", "anchura (cm)"),
    "height": ("height (cm)", "altura (cm)"),
    "sale": ("sale price", "precio rebajado"),
    "price": ("regular price", "precio normal"),
    "categories": ("categories", "categorías"),
    "tags": ("tags", "etiquetas"),
    "images": ("images", "imágenes"),
    "parent": ("parent", "superior"),
    "brand": ("brands", "marcas"),
}
COLUMNS = [
    *("product", "name", "description", "category", "active", "attributes", "images"),
    *("sku", "brand", "gtin", "options", "list_price", "sale_price", "weight_kg", "length_cm"),
    *("width_cm", "height_cm", "featured", "variant_active", "stock", "variant_images"),
]
_ATTRIBUTE = re.compile(
    r"(?:attribute (?P<a>\d+) (?P<name>name|value\(s\)))"
    r"|(?:(?P<label>nombre del atributo|valor\(es\) del atributo) (?P<b>\d+))"
)
_COMMA = re.compile(r"(?<!\\),")


def recognises(columns: Sequence[str]) -> bool:
    """Whether a file with these headings is an export of this shop system."""
    names = {name.lower() for name in columns}
    return "sku" in names and any(
        {kind, price} <= names for kind, price in zip(_NAMES["type"], _NAMES["price"], strict=True)
    )


def rows_of(file: SheetFile) -> Iterator[FileRow]:
    """
    One row for each simple product and variation.

    Parents are held until the end; variations before their parent wait for it.
    """
    parents: dict[str, dict[str, str]] = {}
    orphans: list[FileRow] = []
    for row in file.rows:
        cells = _cells(row)
        kinds = {kind.strip() for kind in cells["type"].lower().split(",")}
        if "variable" in kinds:
            parents |= {key: cells for key in (f"id:{cells['id']}", cells["sku"]) if key}
        elif "variation" not in kinds:
            yield _row(row, cells, None)
        elif cells["parent"] in parents:
            yield _row(row, cells, parents[cells["parent"]])
        else:
            orphans.append(FileRow(row.line, cells, row.problems))
    for row in orphans:
        yield _row(row, row.cells, parents.get(row.cells["parent"]))


def _cells(row: FileRow) -> dict[str, str]:
    lower = {name.lower(): text.strip() for name, text in row.cells.items()}
    cells = {
        name: next((lower[each] for each in names if lower.get(each)), "")
        for name, names in _NAMES.items()
    }
    for name, text in lower.items():
        if found := _ATTRIBUTE.fullmatch(name):
            number = found["a"] or found["b"]
            is_name = (found["name"] or found["label"] or "").startswith(("name", "nombre"))
            cells[f"{'name' if is_name else 'value'} {number}"] = text
    return cells


def _row(row: FileRow, cells: Mapping[str, str], parent: Mapping[str, str] | None) -> FileRow:
    product = parent or cells
    is_variation = parent is not None
    key = product["sku"] or f"woo-{product['id']}"
    ours = {
        "product": key,
        "name": product["name"],
        "description": _description(product),
        "category": _category(product["categories"]),
        "active": "1" if product["published"] in {"1", ""} else "0",
        "attributes": _attributes(product, cells if is_variation else {}),
        "images": " | ".join(_split(product["images"])),
        "sku": cells["sku"] or f"woo-{cells['id']}",
        "brand": _split(product["brand"])[0] if product["brand"] else "",
        "gtin": cells["gtin"],
        "options": _options(cells) if is_variation else "",
        "list_price": cells["price"],
        "sale_price": cells["sale"],
        "weight_kg": _kilograms(cells) or _kilograms(product),
        **{f"{side}_cm": cells[side] or product[side] for side in ("length", "width", "height")},
        "featured": "1" if product["featured"] == "1" else "0",
        "variant_active": "0" if is_variation and cells["published"] not in {"1", ""} else "1",
        "stock": "" if cells["stock"] == "parent" else re.sub(r"^-.*", "0", cells["stock"]),
        "variant_images": " | ".join(_split(cells["images"])) if is_variation else "",
    }
    return FileRow(row.line, {name: text for name, text in ours.items() if text}, row.problems)


def _kilograms(cells: Mapping[str, str]) -> str:
    if cells["weight"] or not cells["grams"]:
        return cells["weight"]
    try:
        return f"{float(cells['grams'].replace(',', '.')) / 1000:.4f}"
    except ValueError:
        return cells["grams"]


def _description(cells: Mapping[str, str]) -> str:
    """WooCommerce writes line breaks as a backslash and an n."""
    texts = [cells["short"], cells["long"]]
    return "\n\n".join(plain_text(text.replace("\\n", "\n")) for text in texts if text)


def _category(text: str) -> str:
    """The deepest category; WooCommerce allows several."""
    paths = [[step.strip() for step in path.split(">") if step.strip()] for path in _split(text)]
    deepest = max(paths, key=len, default=[])
    return f" {STEP} ".join(escape(step, STEP) for step in deepest)


def _options(cells: Mapping[str, str]) -> str:
    return pairs_as_text(
        (cells[name], cells.get(f"value {name.split()[1]}", ""))
        for name in sorted(cells)
        if name.startswith("name ") and cells[name] and cells.get(f"value {name.split()[1]}")
    )


def _attributes(cells: Mapping[str, str], variation: Mapping[str, str]) -> str:
    """Attributes that differ between variations are options; others stay attributes."""
    pairs = {"tags": ", ".join(_split(cells["tags"]))}
    differs = {text for name, text in variation.items() if name.startswith("name ")}
    for name in sorted(cells):
        if name.startswith("name ") and cells[name] not in differs:
            pairs[cells[name]] = ", ".join(_split(cells.get(f"value {name.split()[1]}", "")))
    return pairs_as_text({name: text for name, text in pairs.items() if name and text})


def _split(text: str) -> list[str]:
    parts = (part.replace("\\,", ",").strip() for part in _COMMA.split(text))
    return [part for part in parts if part]
