"""The demo's products with stock and pictures, and their collections and kits."""

from decimal import Decimal

from django.core.files.storage import default_storage
from django.db.models import F
from django.db.models.functions import Greatest
from PIL import Image

from backoffice.imports.stock import Stocker
from catalog.imports import (
    CatalogueLine,
    CatalogueWriter,
    LineReader,
    WrittenVariant,
    image_row,
    pictures_of_line,
)
from catalog.imports.writer import Translations
from catalog.models import Collection, CollectionProduct, Kit, KitItem, Product, ProductImage
from catalog.services import count_search_words
from demoshop.source import DemoSource, both
from inventory.models import StockLevel


def load_products(source: DemoSource) -> None:
    """Read all lines, write them in one batch and receive their stock."""
    words = source.words
    writer = CatalogueWriter(
        Translations(
            options=words["names"],
            attributes=words["attributes"],
            values=words["values"],
            attribute_values=words["attribute_values"],
        )
    )
    reader = LineReader("PEN", {})
    with source.catalogue.open(encoding="utf-8") as stream:
        lines = [reader.read(text) for text in stream if text.strip()]
    written = writer.write(lines).variants
    Stocker().receive(written)
    count_search_words()
    # The usual five would make most of a small shop an alarm.
    StockLevel.objects.update(minimum=Greatest(F("on_hand") / 4, 2))
    _pictures(source, lines, written)


def _pictures(
    source: DemoSource, lines: list[CatalogueLine], written: list[WrittenVariant]
) -> None:
    products = dict(Product.objects.values_list("external_id", "pk"))
    by_sku = {variant.line.sku: variant.id for variant in written}
    known = set(ProductImage.objects.values_list("product_id", "picture"))
    rows: list[ProductImage] = []
    for line in lines:
        product = products[line.id]
        for position, placed in enumerate(pictures_of_line(line)):
            picture = source.picture(placed.name)
            if picture and (product, picture) not in known:
                row = image_row(placed, line, product, by_sku, position=position, picture=picture)
                row.width, row.height = _size(picture)
                rows.append(row)
    ProductImage.objects.bulk_create(rows)


def _size(picture: str) -> tuple[int, int]:
    with default_storage.open(picture) as stream, Image.open(stream) as opened:
        return opened.size


def load_collections(source: DemoSource) -> None:
    products = dict(Product.objects.values_list("external_id", "pk"))
    for position, row in enumerate(source.shop["collections"]):
        collection = Collection.objects.update_or_create(
            slug=row["slug"],
            defaults={
                **both(row, "name", "description"),
                "type": row["type"],
                "starts_at": source.moment(row["starts_in_hours"]),
                "ends_at": source.moment(row["ends_in_hours"]),
                "hero_image": source.picture(row["hero"]),
                "hold_minutes": row["hold_minutes"] or None,
                "shows_exact_stock": row["type"] == "drop",
                "is_active": True,
                "position": position,
            },
        )[0]
        members = [products[key] for key in row["products"]]
        if row["limit_per_customer"]:
            Product.objects.filter(pk__in=members).update(purchase_limit=row["limit_per_customer"])
        collection.entries.all().delete()
        CollectionProduct.objects.bulk_create(
            CollectionProduct(collection=collection, product_id=product, position=place)
            for place, product in enumerate(members)
        )


def load_kits(source: DemoSource) -> None:
    products = dict(Product.objects.values_list("external_id", "pk"))
    for position, row in enumerate(source.shop["kits"]):
        kit = Kit.objects.update_or_create(
            slug=row["slug"],
            defaults={
                **both(row, "name", "description"),
                "cover": source.picture(row["cover"]),
                "discount_percent": Decimal(row["discount_percent"]),
                "room_type": row["room_type"],
                "style_tags": row["style_tags"],
                "position": position,
            },
        )[0]
        kit.items.all().delete()
        KitItem.objects.bulk_create(
            KitItem(
                kit=kit,
                product_id=products[item["product"]],
                quantity=item["quantity"],
                is_optional=item["is_optional"],
                position=place,
            )
            for place, item in enumerate(row["items"])
        )
