"""Detects the format of a file (our own, Shopify, WooCommerce) and maps it to our columns."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from catalog.models import SheetKind
from catalog.search.texts import plain
from catalog.spreadsheets import shopify, woocommerce
from catalog.spreadsheets.cells import ListCell
from catalog.spreadsheets.columns import COLUMNS, IN_ONE_LANGUAGE
from catalog.spreadsheets.files import FileRow, SheetFile
from core.web.uploads import FileRefused

# `image_color`: pictures of the row's colour.
_OF_VALUE = "image_"
_SOURCES = ListCell()
# Without accents. Their language is the file's.
SPANISH = {
    "codigo": "sku",
    "producto": "product",
    "nombre": "name",
    "descripcion": "description",
    "titulo seo": "seo_title",
    "descripcion seo": "seo_description",
    "categoria": "category",
    "vendedor": "seller",
    "tienda": "seller",
    "atributos": "attributes",
    "especificaciones": "specifications",
    "limite por compra": "purchase_limit",
    "activo": "active",
    "imagenes": "images",
    "fotos": "images",
    "nombre de la variante": "variant_name",
    "descripcion de la variante": "variant_description",
    "fotos de la variante": "variant_images",
    "variante activa": "variant_active",
    "marca": "brand",
    "modelo": "model",
    "codigo de barras": "gtin",
    "opciones": "options",
    "precio": "list_price",
    "precio de lista": "list_price",
    "precio de oferta": "sale_price",
    "moneda": "currency",
    "costo": "cost",
    "peso (kg)": "weight_kg",
    "largo (cm)": "length_cm",
    "ancho (cm)": "width_cm",
    "alto (cm)": "height_cm",
    "garantia (meses)": "warranty_months",
    "destacado": "featured",
    "nuevo": "new",
    "en oferta": "on_offer",
    "posicion": "position",
    "stock inicial": "stock",
    "existencias": "stock",
    "unidades": "stock",
}


def to_own_columns(file: SheetFile, language: str) -> SheetFile:
    """
    The file in our columns; texts without language suffix are in `language`.

    :raises FileRefused: if the format is unknown
    """
    for kind, other in ((SheetKind.SHOPIFY, shopify), (SheetKind.WOOCOMMERCE, woocommerce)):
        if other.recognises(file.columns):
            columns = [_in_language(name, language) for name in other.COLUMNS]
            rows = (_renamed(row, language) for row in other.rows_of(file))
            return replace(file, columns=columns, rows=rows, kind=kind)
    return _own(file, language)


def _own(file: SheetFile, language: str) -> SheetFile:
    names = _our_names(file.columns, language)
    of_values = {
        name: ours.removeprefix(_OF_VALUE)
        for name, ours in names.items()
        if ours.startswith(_OF_VALUE) and ours not in COLUMNS
    }
    known = [name for name in names.values() if name in COLUMNS]
    known += ["option_images"] if of_values and "option_images" not in known else []
    if "sku" not in known:
        raise FileRefused(
            _(
                "The first line names no column “sku”, nor is it an export of Shopify or"
                " WooCommerce. Export your products to see the columns."
            )
        )
    remarks = list(file.remarks)
    if unknown := [
        name for name, ours in names.items() if ours not in COLUMNS and name not in of_values
    ]:
        remarks.append(
            _("Columns that are not known and are left out: %(names)s.")
            % {"names": ", ".join(name[:40] for name in unknown[:20])}
        )
    rows = (
        FileRow(row.line, _with_values(row.cells, names, of_values), row.problems)
        for row in file.rows
    )
    return replace(file, columns=known, rows=rows, remarks=remarks)


def _with_values(
    cells: Mapping[str, str], names: Mapping[str, str], of_values: Mapping[str, str]
) -> dict[str, str]:
    """The cells by our columns; columns such as `image_color` go to `option_images`."""
    ours = {names[name]: text for name, text in cells.items() if names[name] in COLUMNS}
    pictures = [
        f"{option}={source}"
        for name, option in of_values.items()
        for source in _SOURCES.clean(cells.get(name, ""))
    ]
    if pictures:
        ours["option_images"] = " | ".join([*filter(None, [ours.get("option_images")]), *pictures])
    return ours


def _our_names(columns: Sequence[str], language: str) -> dict[str, str]:
    """Our name for each column. On conflict our own name wins over a Spanish heading."""
    own = {name: _in_language(name.lower(), language) for name in columns if name}
    for name, ours in own.items():
        spanish = SPANISH.get(plain(ours).replace("_", " "), "")
        if spanish and _in_language(spanish, language) not in own.values():
            own[name] = _in_language(spanish, language)
    return own


def _renamed(row: FileRow, language: str) -> FileRow:
    cells = {_in_language(name, language): text for name, text in row.cells.items()}
    return FileRow(row.line, cells, row.problems)


def _in_language(name: str, language: str) -> str:
    return f"{name}_{language}" if name in IN_ONE_LANGUAGE else name
