"""Renditions of pictures, stored beside them: `sofa.webp` has `sofa.320.avif` and so on."""

import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from catalog.models import ProductImage

logger = logging.getLogger(__name__)

# The smallest is for thumbnails.
WIDTHS = (200, 320, 640, 960, 1280)
# AVIF speed: 0 (smallest file) to 10 (fastest).
_FASTEST = 10
_FORMATS: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 39, "speed": 8},
    "webp": {"format": "WEBP", "quality": 78, "method": 2},
}
FORMATS = tuple(_FORMATS)


def rendition_name(name: str, width: int, kind: str) -> str:
    """The name of a rendition, whether it exists or not."""
    return str(PurePosixPath(name).with_suffix(f".{width}.{kind}"))


def srcset(image: ProductImage, kind: str) -> str:
    """The renditions of that format as `srcset`; empty without any."""
    return srcset_of(str(image.picture.name), tuple(sorted(image.rendition_widths)), kind)


@lru_cache(maxsize=4_000)
def srcset_of(name: str, widths: tuple[int, ...], kind: str) -> str:
    """The `srcset` of any stored picture with renditions of these widths."""
    return ", ".join(
        f"{default_storage.url(rendition_name(name, width, kind))} {width}w" for width in widths
    )


def copies_of(name: str) -> list[int]:
    """The widths of a stored picture's renditions, from the storage."""
    return [
        width
        for width in WIDTHS
        if all(default_storage.exists(rendition_name(name, width, kind)) for kind in FORMATS)
    ]


def write_renditions(
    name: str, widths: Sequence[int] = WIDTHS, *, is_urgent: bool = False
) -> list[int]:
    """
    Write the renditions narrower than the picture; returns their widths.

    `is_urgent`: ten percent larger files in a third of the time.
    """
    with default_storage.open(name) as stream, Image.open(stream) as opened:
        has_alpha = opened.mode in ("RGBA", "LA", "PA") or "transparency" in opened.info
        picture = opened.convert("RGBA" if has_alpha else "RGB")
    written = [width for width in widths if width <= picture.width]
    for width in written:
        height = max(1, round(picture.height * width / picture.width))
        copy = picture.resize((width, height), Image.Resampling.LANCZOS)
        for kind, options in _FORMATS.items():
            chosen = options | {"speed": _FASTEST} if is_urgent and kind == "avif" else options
            _store(copy, rendition_name(name, width, kind), chosen)
    return written


def write_missing(names: Iterable[str]) -> int:
    """
    Write missing renditions of stored pictures; returns how many pictures were processed.

    Unreadable pictures are skipped; pages show the original.
    """
    return sum(bool(_written(name)) for name in names if not copies_of(name))


def _written(name: str) -> list[int]:
    try:
        return write_renditions(name)
    except (OSError, Image.DecompressionBombError) as error:
        logger.warning("No copies of %s: %s", name, error)
        return []


def _store(picture: Image.Image, name: str, options: dict[str, Any]) -> None:
    if default_storage.exists(name):
        return
    buffer = BytesIO()
    picture.save(buffer, **options)
    default_storage.save(name, ContentFile(buffer.getvalue()))


def record_renditions(image: ProductImage) -> None:
    """Write all renditions of a product picture and record their widths; none if unreadable."""
    widths = _written(str(image.picture.name))
    # Not if the file was replaced meanwhile.
    rows = ProductImage.objects.filter(pk=image.pk, picture=image.picture.name)
    rows.update(rendition_widths=widths, copied_at=timezone.now())
