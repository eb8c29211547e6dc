"""Icons of tabs, home screens and installed shops: from the logo, or the shop's first letter."""

import hashlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from constance import config
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageChops, ImageDraw, ImageFont

from core.brand.looks import current_look, current_palette
from storefront.models import Logo

# Changed together with the rules below, so that each shop's icons are drawn again.
_VERSION = 1
# Of tabs, of home screens, and the two of the web manifest.
TAB, TOUCH, INSTALLED = 48, 180, (192, 512)
SIZES = (TAB, TOUCH, *INSTALLED)
_DRAWN = max(SIZES)
# Home screens cut circles: what matters lies inside.
_SAFE = 0.62
_CORNER = 0.22
# A part of a logo that is no wider than this for its height is a mark.
_SQUARE = 1.6
_VISIBLE, _OPAQUE = 32, 255


class Source(NamedTuple):
    """What the icons are drawn from: a file, and what stands in where it gives none."""

    file: str
    letter: str
    face: str
    ground: str
    ink: str
    paper: str

    def names(self) -> dict[int, str]:
        """The stored files by their width: of other content, other names."""
        digest = hashlib.sha256(repr((_VERSION, *self)).encode()).hexdigest()[:16]
        return {size: f"icons/{digest}-{size}.png" for size in SIZES}


def source(logo: Logo | None) -> Source:
    """What the shop's icons are drawn from now. No query."""
    tones = current_palette().light
    file = logo and (logo.icon or logo.picture)
    return Source(
        file=str(file.name) if file else "",
        letter=str(config.STORE_NAME).strip()[:1].upper(),
        face=current_look().face,
        ground=tones.fill,
        ink=tones.on_fill,
        paper=current_look().light.page,
    )


def stored(logo: Logo | None) -> dict[int, str]:
    """The addresses of the icons by their width; none before they are drawn."""
    names = source(logo).names()
    try:
        are_drawn = default_storage.exists(names[_DRAWN])
    except OSError:
        # Pages are shown while the storage is away.
        are_drawn = False
    if not are_drawn:
        return {}
    return {size: default_storage.url(name) for size, name in names.items()}


def draw() -> bool:
    """Draw the icons unless they are there; says whether it drew. 1 query."""
    wanted = source(Logo.objects.first())
    names = wanted.names()
    if default_storage.exists(names[_DRAWN]):
        return False
    mark = _mark(wanted.file)
    large = _framed(mark, wanted) if mark else _lettered(wanted)
    # The largest last: it says that all are there.
    for size in SIZES:
        small = large.resize((size, size), Image.Resampling.LANCZOS)
        _store(_rounded(small) if size == TAB else small, names[size])
    return True


def _store(picture: Image.Image, name: str) -> None:
    drawn = BytesIO()
    picture.save(drawn, "PNG", optimize=True)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(drawn.getvalue()))


def _mark(file: str) -> Image.Image | None:
    """The logo if it is nearly square, or the mark that it begins with; else nothing."""
    if not file:
        return None
    try:
        with default_storage.open(file) as stream, Image.open(stream) as opened:
            picture = opened.convert("RGBA")
    except (OSError, ValueError):
        return None
    shown = _shape(picture)
    box = shown.getbbox()
    if box is None:
        return None
    picture, shown = picture.crop(box), shown.crop(box)
    width, height = picture.size
    if width <= _SQUARE * height:
        return picture
    columns = shown.resize((width, 1), Image.Resampling.BOX).tobytes()
    end = _first_gap(columns, max(2, height // 12))
    is_mark = height / _SQUARE <= end <= _SQUARE * height
    return picture.crop((0, 0, end, height)) if is_mark else None


def _shape(picture: Image.Image) -> Image.Image:
    """What differs from the ground: by transparency, or from the colour of the corner."""
    alpha = picture.getchannel("A")
    if not all(alpha.point(lambda part: part >= _VISIBLE).tobytes()):
        return alpha.point(lambda part: 255 * (part >= _VISIBLE))
    flat = picture.convert("RGB")
    ground = Image.new("RGB", flat.size, flat.getpixel((0, 0)))
    difference = ImageChops.difference(flat, ground).convert("L")
    return difference.point(lambda part: 255 * (part >= _VISIBLE))


def _first_gap(columns: Iterable[int], least: int) -> int:
    """Where the first part of a drawing ends: before that many empty columns; else its width."""
    empty = place = 0
    for place, column in enumerate(columns, start=1):
        empty = 0 if column else empty + 1
        if empty == least:
            return place - empty
    return place


def _framed(mark: Image.Image, wanted: Source) -> Image.Image:
    """A drawing that fills its square is the icon; others stand on paper."""
    is_full = mark.getchannel("A").getextrema()[0] == _OPAQUE and mark.width == mark.height
    side = _DRAWN if is_full else round(_SAFE * _DRAWN)
    scale = side / max(mark.size)
    fitted = mark.resize([max(1, round(scale * part)) for part in mark.size])
    icon = Image.new("RGBA", (_DRAWN, _DRAWN), wanted.paper)
    icon.alpha_composite(fitted, tuple((_DRAWN - part) // 2 for part in fitted.size))
    return icon.convert("RGB")


def _lettered(wanted: Source) -> Image.Image:
    icon = Image.new("RGB", (_DRAWN, _DRAWN), wanted.ground)
    file = Path(settings.BASE_DIR) / "static" / "fonts" / f"{wanted.face}.woff2"
    font = ImageFont.truetype(file, round(0.66 * _DRAWN))
    left, top, right, bottom = font.getbbox(wanted.letter)
    place = ((_DRAWN - left - right) / 2, (_DRAWN - top - bottom) / 2)
    ImageDraw.Draw(icon).text(place, wanted.letter, fill=wanted.ink, font=font)
    return icon


def _rounded(picture: Image.Image) -> Image.Image:
    """Tabs have no shape of their own."""
    large = 8 * picture.width
    mask = Image.new("L", (large, large))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, large, large), _CORNER * large, fill=255)
    icon = picture.convert("RGBA")
    icon.putalpha(mask.resize(picture.size, Image.Resampling.LANCZOS))
    return icon
