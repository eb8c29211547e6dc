"""Products from catalogue files: lines are read one by one and written in batches."""

from catalog.imports.lines import BadLine, CatalogueLine, LineReader, VariantLine, storable
from catalog.imports.picture_owners import OwnedPicture, image_row, pictures_of_line
from catalog.imports.writer import CatalogueWriter, WrittenVariant
