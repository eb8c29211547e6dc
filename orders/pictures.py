"""Pictures of ordered products, stored with the lines."""

from collections.abc import Sequence

from catalog.images import rendition_name
from catalog.models import ProductImage, Variant
from catalog.selectors import first_pictures
from orders.models import OrderLine

_WIDTH = 320


def note_pictures(lines: Sequence[OrderLine]) -> None:
    """Note on lines that are not saved yet what shows their variants now. 2 queries."""
    variants = Variant.objects.filter(pk__in={line.variant_id for line in lines})
    shown = first_pictures(variants.only("product_id"))
    for line in lines:
        if image := shown.get(line.variant_id):
            line.picture = _small(image)


def _small(image: ProductImage) -> str:
    name = str(image.picture.name)
    return rendition_name(name, _WIDTH, "webp") if _WIDTH in image.rendition_widths else name
