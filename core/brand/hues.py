"""The colour that a picture leaves in the eye, for the ground that it stands on."""

from collections import Counter
from typing import IO

from django.db.models.fields.files import FieldFile
from PIL import Image

from core.brand.colours import Colour

STEP = 15
# Of hues, from 0 to 345: each has its rule in the style sheet.
STEPS = range(0, 360, STEP)
_SIDE = 48
# Chroma below this is seen as grey.
_GREY = 0.025
_OPAQUE = 128
# A picture with less colour than this, on average over all of it, has none.
_LEAST = 0.008
_TOO_DARK, _TOO_LIGHT = 0.12, 0.97


def dominant_hue(file: IO[bytes]) -> int | None:
    """
    The hue of a picture's dominant colour in steps of 15, or None for a grey one.

    Strong colours count more than pale ones; what is transparent does not count. The file is
    rewound, so that it can be stored afterwards.

    :raises OSError: if it is no picture that can be read
    """
    file.seek(0)
    with Image.open(file) as opened:
        opened.draft("RGB", (_SIDE, _SIDE))
        small = opened.convert("RGBA").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    file.seek(0)
    found = Counter[int]()
    parts = iter(small.tobytes())
    for red, green, blue, alpha in zip(parts, parts, parts, parts, strict=True):
        colour = Colour.of_rgb(red, green, blue)
        if alpha >= _OPAQUE and _counts(colour):
            found[round(colour.hue / STEP) % len(STEPS)] += round(1000 * colour.chroma)
    if found.total() < 1000 * _LEAST * _SIDE**2:
        return None
    # A colour lies across its neighbours; alone, the border between two steps would divide it.
    near = {
        place: 2 * found[place] + found[(place - 1) % len(STEPS)] + found[(place + 1) % len(STEPS)]
        for place in found
    }
    return STEP * max(near, key=lambda place: (near[place], -place))


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


def _counts(colour: Colour) -> bool:
    return colour.chroma >= _GREY and _TOO_DARK < colour.lightness < _TOO_LIGHT
