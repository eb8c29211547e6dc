"""Products from catalogue files: lines are read one by one and written in batches."""

from catalog.imports.lines import BadLine, CatalogueLine, LineReader, VariantLine
from catalog.imports.pictures import Placed, image_row, of_line
from catalog.imports.writer import CatalogueWriter, Written, WrittenVariant

__all__ = [
    "BadLine",
    "CatalogueLine",
    "CatalogueWriter",
    "LineReader",
    "Placed",
    "VariantLine",
    "Written",
    "WrittenVariant",
    "image_row",
    "of_line",
]
