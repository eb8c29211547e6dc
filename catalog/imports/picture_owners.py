"""Which variants the pictures of a file show: all, those of one colour, or one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from catalog.colours import COLOUR_OPTIONS
from catalog.imports.lines import CatalogueLine
from catalog.imports.writer import option_key, option_value_key
from catalog.models import ProductImage
from core.ids import uuid7

Options = Mapping[str, str]


class OwnedPicture(NamedTuple):
    """The name of a picture and its owner: a SKU, an option value, or the product."""

    name: str
    sku: str = ""
    option_key: str = ""
    value_key: str = ""


def pictures_of_line(line: CatalogueLine) -> list[OwnedPicture]:
    """The pictures of a line, each with its most specific owners."""
    options = {
        each.sku: {option_key(name): option_value_key(value) for name, value in each.options}
        for each in line.variants
    }
    named = [
        OwnedPicture(name, "", option_key(option), option_value_key(value))
        for (option, value), names in line.option_images.items()
        for name in names
    ]
    images = {each.sku: [each.image] if each.image else [] for each in line.variants}
    return owned_pictures(line.images, named, images, options)


def owned_pictures(
    images: Sequence[str],
    named: Sequence[OwnedPicture],
    of_skus: Mapping[str, Sequence[str]],
    options: Mapping[str, Options],
) -> list[OwnedPicture]:
    """The pictures of a product, of its option values and of its variants."""
    special = list(dict.fromkeys([*named, *of_variants(of_skus, options)]))
    names = {each.name for each in special}
    of_all = [OwnedPicture(name) for name in dict.fromkeys(images) if name not in names]
    # The product's first picture stays first, even if it has a more specific owner.
    first = {name: place for place, name in reversed([*enumerate(images)])}
    return sorted([*of_all, *special], key=lambda each: first.get(each.name, len(images)))


def image_row(
    owned: OwnedPicture,
    line: CatalogueLine,
    product: UUID,
    variants: Mapping[str, UUID],
    **file: str | int,
) -> ProductImage:
    """A row for the picture; `file` are its file columns, `variants` keys by SKU."""
    return ProductImage(
        id=uuid7(),
        product_id=product,
        variant_id=variants[owned.sku] if owned.sku else None,
        option_key=owned.option_key,
        value_key=owned.value_key,
        alt_es=line.names.get("es"),
        alt_en=line.names.get("en"),
        **file,
    )


def of_variants(
    images: Mapping[str, Sequence[str]], options: Mapping[str, Options]
) -> list[OwnedPicture]:
    """
    Assign pictures to owners; `images` and `options` are by SKU and cover all variants.

    A picture that all blue variants name, and no others, belongs to the colour blue.
    """
    skus: dict[str, list[str]] = {}
    for sku, names in images.items():
        for name in names:
            skus.setdefault(name, []).append(sku)
    pictures: list[OwnedPicture] = []
    for name, showing in skus.items():
        if len(options) > 1 and len(showing) == len(options):
            pictures.append(OwnedPicture(name))
        elif shared := _shared(showing, options):
            pictures.append(OwnedPicture(name, "", *shared))
        else:
            pictures += [OwnedPicture(name, sku) for sku in showing]
    return pictures


def _shared(skus: Iterable[str], options: Mapping[str, Options]) -> tuple[str, str] | None:
    """
    The option and value that exactly these variants have; a colour first.

    For a single variant only its colour counts: other sizes of that colour may follow.
    """
    shown = set(skus)
    values = {pair for sku in shown for pair in options[sku].items()}
    for key, value in sorted(values, key=lambda pair: (pair[0] not in COLOUR_OPTIONS, pair)):
        if len(shown) == 1 and key not in COLOUR_OPTIONS:
            return None
        if {sku for sku, own in options.items() if own.get(key) == value} == shown:
            return key, value
    return None
