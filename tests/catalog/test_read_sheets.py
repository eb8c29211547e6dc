"""Files as people and other shops send them."""

import re
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from catalog.models import Product, ProductImage, Variant
from catalog.spreadsheets.archives import open_archive
from catalog.spreadsheets.cells import AmountCell, MeasureCell, pairs_as_text, pairs_in
from catalog.spreadsheets.files import escaped, open_sheet
from catalog.spreadsheets.texts import plain_text
from core.reports.tables import inert, unquoted
from core.web.uploads import FileRefused
from tests.accounts.factories import SellerFactory
from tests.catalog.factories import VariantFactory
from tests.catalog.sheets import (
    cells_of,
    check,
    exported,
    outcomes,
    problems,
    row,
    table,
    take_in,
    texts,
)

pytestmark = pytest.mark.django_db

# What PostgreSQL can hold.
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
NAME = TEXT.filter(str.strip)


def _rows(content: bytes) -> list[dict[str, str]]:
    return [each.cells for each in open_sheet(BytesIO(content)).rows]


@pytest.mark.parametrize(
    ("encoding", "is_told"),
    [("utf-8", False), ("utf-8-sig", False), ("utf-16", False), ("cp1252", True)],
)
def test_files_are_read_in_the_encodings_that_spreadsheets_write(
    encoding: str, is_told: bool
) -> None:
    opened = open_sheet(BytesIO("sku;name_es\nA;Cañón “ñ”\n".encode(encoding)))

    assert [each.cells for each in opened.rows] == [{"sku": "A", "name_es": "Cañón “ñ”"}]
    assert bool(opened.remarks) is is_told


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"sku\n\x81\xff\n", "UTF-8"),
        ("sku\nñ\n".encode("utf-16-le"), "CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0 old", ".xlsx"),
        (b"PK\x03\x04 broken", "zip"),
        (b"sku,sku\n1,2\n", "twice"),
        (b'sku\n"1\n', "quotation mark"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(content: bytes, what: str) -> None:
    with translation.override("en"), pytest.raises(FileRefused) as refused:
        _rows(content)

    assert what in str(refused.value)


def test_workbooks_are_read_and_their_formulas_refused() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for line in (["sku", "list_price", "name_es"], [12, 1234.5, "x"], ["B", "=1+1", None]):
        sheet.append(line)
    file = BytesIO()
    book.save(file)

    first, second = list(open_sheet(file).rows)

    assert first.cells == {"sku": "12", "list_price": "1234.5", "name_es": "x"}
    assert second.problems


@given(TEXT | st.text("x;=+-@\uff1d\t\r\n' \u3000", max_size=9))
def test_no_text_is_run_by_a_spreadsheet_and_each_comes_back(text: str) -> None:
    shown = str(inert(text))

    assert not shown.startswith(("\t", "\r", "\n"))
    # A spreadsheet whose list separator is a semicolon begins a cell after it.
    for cell in re.split("[;\t\r\n]", shown):
        assert not cell.lstrip(" \xa0\u3000").startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20"))
    assert unquoted(shown) == text
    assert not any(ord(sign) < 9 for sign in escaped(text))


@given(st.lists(st.tuples(NAME.map(str.strip), NAME.map(str.strip)), max_size=4))
def test_pairs_come_back_whatever_stands_in_them(pairs: list[tuple[str, str]]) -> None:
    assert pairs_in(pairs_as_text(pairs)) == pairs


@pytest.mark.parametrize(
    ("cell", "commas", "meant"),
    [
        (AmountCell(), False, {"12.990": "12990", "1,234.50": "1234.50", "S/ 8,5": "8.50"}),
        (MeasureCell(3, 1000), False, {"1.234": "1.234", "0,5": "0.5", "1,234": None}),
        (MeasureCell(3, 1000), True, {"1,234": "1.234", "1.234": None, "12.5": "12.5"}),
    ],
)
def test_numbers_are_read_as_they_were_meant_or_asked_about(
    cell: Any, commas: bool, meant: dict[str, str | None]
) -> None:
    for typed, number in meant.items():
        if number is None:
            with pytest.raises(ValueError, match="1234"):
                cell.clean(typed, has_decimal_commas=commas)
        else:
            assert cell.clean(typed, has_decimal_commas=commas) == Decimal(number)


def test_html_becomes_the_text_of_its_paragraphs() -> None:
    html = "<p>Uno &amp; dos</p><ul><li>Tres</li><li>a<br>b</li></ul><script>alert(1)</script>"

    assert plain_text(html) == "Uno & dos\n\n- Tres\n- a\nb"
    assert plain_text("1 < 2\nlínea") == "1 < 2\nlínea"
    assert plain_text("a<!-- <p>no</p> --><p title='1 > 0'>b &#99999999999999;</p>&lt;i>") == (
        "a\n\nb\n\n<i>"
    )


@given(name=NAME, description=TEXT, options=st.lists(NAME, max_size=2, unique=True), data=st.data())
@settings(
    max_examples=10,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_the_shop_holds_an_export_changes_nothing_when_it_comes_back(
    name: str, description: str, options: list[str], data: st.DataObject
) -> None:
    variant = VariantFactory.create(
        name=name, product__name=name, product__attributes={name[:20]: [description, 1.5, None]}
    )
    Product.objects.filter(pk=variant.product_id).update(description_es=description)
    for position, value in enumerate(options):
        variant.options.create(
            key=f"k{position}", value_key="v", name_es=value, value_es=value, position=position
        )
    kind = data.draw(st.sampled_from(["csv", "xlsx"]))

    sheet = check(exported(kind))

    assert outcomes(sheet)[variant.sku] == "same", [each.changes for each in sheet.rows.all()]
    assert not problems(sheet)


def test_an_exported_shop_rises_again_from_its_file() -> None:
    take_in(
        table(
            row(
                "A-1",
                product="A",
                name_en="One",
                options="size=M | color=Red",
                options_es="Talla=M | Color=Rojo",
                sale_price="8",
                weight_kg="1.2345",
                variant_images="",
                stock=4,
            )
        )
    )
    content = exported()
    before = cells_of(content)
    for model in (Variant, Product):
        model.objects.update(sku=f"old-{model.__name__}", slug=f"old-{model.__name__}".lower())

    take_in(content)

    after = [each for each in cells_of(exported()) if each["sku"] == "A-1"]
    assert after == [{**before[0], "stock": "4"}]


SHOPIFY = """Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,\
Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Qty,\
Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Image Position,Variant Image,\
Cost per item,Status
polo,Polo,"<p>Suave &amp; <b>fresco</b></p>",Kolka,Apparel & Accessories > Clothing,Polos,\
"verano, nuevo",TRUE,Talla,M,Color,Rojo,P-M,250,5,39.90,59.90,,https://example.com/1.jpg,1,\
https://example.com/m.jpg,20.00,active
polo,,,,,,,,,L,,Rojo,P-L,250,-2,59.90,,,https://example.com/2.jpg,2,,20.00,
polo,,,,,,,,,,,,,,,,,,https://example.com/3.jpg,3,,,
taza,Taza,Simple,,,Menaje,,false,Title,Default Title,,,,0,,12.00,0.00,,,,,,draft
"""


def test_an_export_of_shopify_is_taken_in_with_its_variants() -> None:
    sheet = take_in(SHOPIFY.encode())

    assert (sheet.kind, outcomes(sheet)) == (
        "shopify",
        {"P-M": "new", "P-L": "new", "taza": "new"},
    ), problems(sheet)
    polo = Product.objects.select_related("category__family").get(sku="polo")
    medium, large = polo.variants.order_by("position")
    assert texts(polo, "description")[0] == "Suave & fresco"
    assert (polo.slug, polo.category.name) == ("polo", "Clothing")
    assert polo.attributes == {"tags": "verano, nuevo"}
    assert (medium.list_price, medium.sale_price) == (Decimal("59.90"), Decimal("39.90"))
    assert (large.sale_price, large.weight_kg) == (None, Decimal("0.250"))
    assert {each.value_key for each in large.options.all()} == {"l", "rojo"}
    assert polo.fetches.filter(variant=None).count() == 3
    mug = Product.objects.get(sku="taza")
    assert (mug.is_active, mug.variants.get().options.count()) == (False, 0)
    assert set(outcomes(check(SHOPIFY.encode())).values()) == {"same"}


WOO = """ID,Type,SKU,Name,Published,"Is featured?",Short description,Description,\
"Weight (kg)",Sale price,Regular price,Categories,Tags,Images,Parent,Stock,\
Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)
10,variable,CAP,Gorra,1,1,Corta,<p>Larga</p>\\nfin,0.2,,,"Ropa > Gorras, Ofertas","a, b",\
https://example.com/c.jpg,,,Color,"Rojo, Azul",Material,"Lana, Hilo"
11,variation,CAP-R,Gorra - Rojo,1,,,,,9,12,,,,CAP,3,Color,Rojo,,
12,variation,,Gorra - Azul,1,,,,,,12,,,https://example.com/a.jpg,id:10,,Color,Azul,,
13,simple,MUG,Taza,0,0,,Sola,,,5.50,Menaje,,,,8,,,,
"""


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_export_of_woocommerce_is_taken_in_with_its_variations(language: str) -> None:
    content = WOO
    if language == "es":
        spanish = {
            "Type": "Tipo",
            "Name": "Nombre",
            "Published": "Publicado",
            '"Is featured?"': "¿Está destacado?",
            "Short description": "Descripción corta",
            "Description": "Descripción",
            '"Weight (kg)"': "Peso (kg)",
            "Sale price": "Precio rebajado",
            "Regular price": "Precio normal",
            "Categories": "Categorías",
            "Tags": "Etiquetas",
            "Images": "Imágenes",
            "Parent": "Superior",
            "Stock": "Inventario",
        }
        head, _newline, rest = WOO.partition("\n")
        names = [spanish.get(name, name) for name in head.split(",")]
        for number in (1, 2):
            names[names.index(f"Attribute {number} name")] = f"Nombre del atributo {number}"
            names[names.index(f"Attribute {number} value(s)")] = f"Valor(es) del atributo {number}"
        content = ",".join(names) + "\n" + rest

    sheet = take_in(content.encode())

    assert outcomes(sheet) == {"CAP-R": "new", "woo-12": "new", "MUG": "new"}, problems(sheet)
    cap = Product.objects.get(sku="CAP")
    red, blue = cap.variants.order_by("position")
    assert texts(cap, "description")[0] == "Corta\n\nLarga\n\nfin"
    assert (cap.category.name, cap.attributes) == (
        "Gorras",
        {"tags": "a, b", "Material": "Lana, Hilo"},
    )
    assert (red.list_price, red.sale_price, red.weight_kg) == (12, 9, Decimal("0.2"))
    assert [each.value_key for each in blue.options.all()] == ["azul"]
    assert not Product.objects.get(sku="MUG").is_active


def test_a_seller_is_known_by_the_name_on_the_screens_and_headings_may_be_spanish() -> None:
    SellerFactory.create(name="Taller Ñusta", slug="taller-nusta")
    rows = [
        {"SKU": sku, "Nombre": "Mesa", "Categoría": "Casa > Mesas", "Precio": "9", "Vendedor": name}
        for sku, name in {"A": "taller ñusta", "B": "TALLER-NUSTA", "C": "Otro"}.items()
    ]

    sheet = take_in(table(*rows))

    assert outcomes(sheet) == {"A": "new", "B": "new", "C": "refused"}, problems(sheet)
    sellers = Product.objects.values_list("seller__slug", flat=True)
    assert set(sellers) == {"taller-nusta"}


def _archive(**files: bytes) -> BytesIO:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return file


@pytest.mark.parametrize(
    "file",
    [
        BytesIO(b"no zip"),
        _archive(**{"..__..__etc__passwd": b"x"}),
        _archive(__etc__passwd=b"x"),
        _archive(bomb=bytes(30_000_000)),
        _archive(**{f"f{number}": b"" for number in range(20_001)}),
    ],
    ids=["no zip", "parent", "absolute", "bomb", "many"],
)
def test_archives_that_are_made_to_hurt_are_refused(file: BytesIO) -> None:
    with pytest.raises(FileRefused):
        open_archive(file)


def test_no_picture_hangs_in_the_shop_before_a_worker_has_fetched_it() -> None:
    take_in(table(row("A", images="https://example.com/a.jpg")))

    assert not ProductImage.objects.exists()
