"""Uploaded files: checked before they are stored; pictures are re-encoded without metadata."""

from collections.abc import Callable
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps

from core.exceptions import DomainError
from core.ids import uuid7

MAX_FILE = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 2000
# Twice what the head of a page has room for.
MAX_LOGO = (640, 96)
# Of a tab and of a home screen, in pixels.
ICON = (192, 192)
PICTURES = ("JPEG", "PNG", "WEBP", "AVIF")
PDF = b"%PDF-"
_NO_PICTURE = gettext_lazy("This is no picture that can be read. Use JPEG, PNG or WebP.")


class FileRefused(DomainError):
    """The file is too large, or not what it should be."""


def clean_picture(file: IO[bytes]) -> ContentFile[bytes]:
    """
    The picture as a new JPEG: upright, of sensible size, without place, time and camera.

    :raises FileRefused: if it is too large, or no picture
    """
    return _redrawn(file, "jpg", _as_jpeg)


def smaller(picture: IO[bytes], longest_side: int) -> bytes:
    """A small JPEG of a picture that `clean_picture` has drawn."""
    drawn = BytesIO()
    with Image.open(picture, formats=("JPEG",)) as opened:
        opened.thumbnail((longest_side, longest_side))
        opened.save(drawn, "JPEG", quality=75)
    return drawn.getvalue()


def clean_logo(file: IO[bytes]) -> ContentFile[bytes]:
    """
    A sign for the head of pages and mails: redrawn and small, with its transparency.

    A PNG: some mail programs show nothing newer.

    :raises FileRefused: if it is too large, or no picture
    """
    return _redrawn(file, "png", _as_logo)


def clean_icon(file: IO[bytes]) -> ContentFile[bytes]:
    """
    A square PNG for tabs and home screens, redrawn; what is not square gets a margin.

    :raises FileRefused: if it is too large, or no picture
    """
    return _redrawn(file, "png", _as_icon)


def clean_paper(file: IO[bytes]) -> ContentFile[bytes]:
    """
    A picture, cleaned, or a PDF as it is: it is only ever given out as a download.

    :raises FileRefused: if it is too large, or neither
    """
    data = _read(file)
    if data.startswith(PDF):
        return ContentFile(data, name=f"{uuid7()}.pdf")
    return clean_picture(BytesIO(data))


def _redrawn(
    file: IO[bytes], suffix: str, draw: Callable[[bytes, BytesIO], None]
) -> ContentFile[bytes]:
    data, drawn = _read(file), BytesIO()
    try:
        draw(data, drawn)
    except Exception as error:
        # Decoders fail in many ways on files that are made to hurt them.
        raise FileRefused(_NO_PICTURE) from error
    return ContentFile(drawn.getvalue(), name=f"{uuid7()}.{suffix}")


def _as_jpeg(data: bytes, drawn: BytesIO) -> None:
    picture = _on_white(_opened(data, (MAX_SIDE, MAX_SIDE)))
    _without_words(picture).save(drawn, "JPEG", quality=82)


def _as_logo(data: bytes, drawn: BytesIO) -> None:
    _without_words(_opened(data, MAX_LOGO).convert("RGBA")).save(drawn, "PNG", optimize=True)


def _as_icon(data: bytes, drawn: BytesIO) -> None:
    icon = ImageOps.pad(_opened(data, ICON).convert("RGBA"), ICON, color=(0, 0, 0, 0))
    _without_words(icon).save(drawn, "PNG", optimize=True)


def _without_words(picture: Image.Image) -> Image.Image:
    """Comments and profiles would be written again: they name people, or are scripts."""
    picture.info = {}
    return picture


def _opened(data: bytes, largest: tuple[int, int]) -> Image.Image:
    """:raises ValueError: before a picture is unpacked that would fill the memory"""
    with Image.open(BytesIO(data), formats=PICTURES) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail(largest)
    return upright


def _read(file: IO[bytes]) -> bytes:
    data = file.read(MAX_FILE + 1)
    if not data:
        raise FileRefused(_("The file is empty. Choose another."))
    if len(data) > MAX_FILE:
        most = MAX_FILE // 1024 // 1024
        raise FileRefused(
            _("The file is larger than %(most)s MB. Choose a smaller one.") % {"most": most}
        )
    return data


def _on_white(picture: Image.Image) -> Image.Image:
    """JPEG knows no transparency."""
    if picture.mode == "RGB":
        return picture
    flat = picture.convert("RGBA")
    ground = Image.new("RGBA", flat.size, "white")
    return Image.alpha_composite(ground, flat).convert("RGB")
