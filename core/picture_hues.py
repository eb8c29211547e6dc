"""The hue of a picture, for the colours of the section that shows it."""

import math
from collections import Counter
from typing import IO

from django.db.models.fields.files import FieldFile
from PIL import Image

STEP = 15  # degrees: style sheets know these hues
_SIDE = 96
_COLOURS = 16
# Of oklch. Less is grey to the eye.
_GREY = 0.02
_MIN_CHROMA = 0.008
# sRGB is linear there.
_LINEAR_BELOW = 0.04045


def hue_for(file: FieldFile, known: int | None) -> int | None:
    """
    The hue of a stored or just uploaded picture; `known` where the file has not changed.

    None without a picture, for a grey one and for a file that is no picture.
    """
    if not file:
        return None
    # Django marks what is uploaded and not yet written so.
    is_stored = getattr(file, "_committed", True)
    if is_stored and known is not None:
        return known
    try:
        with file.storage.open(str(file.name)) if is_stored else file.file.open() as stream:
            return dominant_hue(stream)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    finally:
        if not is_stored:
            file.file.seek(0)


def dominant_hue(stream: IO[bytes]) -> int | None:
    """The oklch hue that colours most of the picture, in steps of 15 degrees; None if grey."""
    with Image.open(stream) as opened:
        opened.draft("RGB", (_SIDE * 2, _SIDE * 2))
        small = opened.convert("RGB").resize((_SIDE, _SIDE))
    few = small.quantize(_COLOURS)
    palette = few.getpalette() or []
    weights: Counter[int] = Counter()
    for index, count in enumerate(few.histogram()[: len(palette) // 3]):
        chroma, hue = _chroma_and_hue(*palette[3 * index : 3 * index + 3])
        if chroma > _GREY:
            weights[round(hue / STEP) * STEP % 360] += round(1000 * count * chroma)
    if sum(weights.values()) < 1000 * _SIDE * _SIDE * _MIN_CHROMA:
        return None
    return weights.most_common(1)[0][0]


def _chroma_and_hue(*channels: int) -> tuple[float, float]:
    """Of oklch, from sRGB: https://www.w3.org/TR/css-color-4/#color-conversion-code"""
    red, green, blue = (_linear(channel / 255) for channel in channels)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _linear(channel: float) -> float:
    is_dark = channel <= _LINEAR_BELOW
    return channel / 12.92 if is_dark else float(((channel + 0.055) / 1.055) ** 2.4)
