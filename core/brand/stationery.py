"""The shop's look as mails and papers wear it: plain colours, corners, and the logo's files."""

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urljoin

from constance import config
from django.conf import settings
from django.core.files.storage import default_storage
from django.templatetags.static import static
from django.utils.module_loading import import_string

from core.brand.looks import Grounds, Look, look_named, palette_of
from core.brand.palette import Palette, Tones

_RADIUS = {"square": 0, "soft": 8, "round": 18}


class Sheet(NamedTuple):
    """The colours of a mail, on light or on dark ground."""

    page: str
    surface: str
    ink: str
    ink_soft: str
    line: str
    link: str
    fill: str
    on_fill: str


class Sign(NamedTuple):
    """A file of the logo, by its name in the storage of public files."""

    file: str
    width: int
    height: int

    @property
    def address(self) -> str:
        return urljoin(settings.SITE_URL, default_storage.url(self.file))

    def read(self) -> bytes:
        with default_storage.open(self.file) as stream:
            return bytes(stream.read())


class Signs(NamedTuple):
    """The logo for light and for dark grounds."""

    light: Sign
    dark: Sign


@dataclass(frozen=True)
class Stationery:
    """What mails and papers need of the look."""

    look: Look
    light: Sheet
    dark: Sheet
    # For words on white paper, and for lines and grounds on it.
    headline: str
    accent: str
    radius: int
    signs: Signs | None

    @property
    def family(self) -> str:
        """For mails: most programs show what stands in for the face."""
        return f"{self.look.family}, {self.look.stand_in}"

    @property
    def face_address(self) -> str:
        """Of the face's file, for the mail programs that fetch one."""
        return urljoin(settings.SITE_URL, static(f"fonts/{self.look.face}.woff2"))

    @property
    def curve(self) -> int:
        """Of large things, which take a larger radius, as on pages."""
        return round(1.5 * self.radius)


def stationery(look: str, colour: str, corners: str, signs: Signs | None = None) -> Stationery:
    """What a shop with these settings writes on."""
    worn, chosen = look_named(look), palette_of(look, colour)
    return Stationery(
        look=worn,
        light=_sheet(worn.light, chosen.light, chosen),
        dark=_sheet(worn.dark, chosen.dark, chosen),
        headline=chosen.headline,
        accent=chosen.light.fill,
        radius=_RADIUS.get(corners, worn.radius),
        signs=signs,
    )


def current_stationery() -> Stationery:
    """What the shop writes on now. What asks for the logo costs 1 query."""
    signs = import_string(settings.LOGO_FILES)()
    return stationery(config.STORE_LOOK, config.BRAND_COLOUR, config.CORNERS, signs)


def _sheet(grounds: Grounds, tones: Tones, chosen: Palette) -> Sheet:
    link = tones.brand if chosen.tints_text else grounds.ink
    return Sheet(*grounds, link=link, fill=tones.fill, on_fill=tones.on_fill)
