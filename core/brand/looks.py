"""
The looks a shop may wear. Their grounds, corners and type are in `static/css/src/00-tokens.css`.

What mails, papers, icons and browsers' frames need of them is here; a test compares the two.
"""

from dataclasses import dataclass
from typing import NamedTuple

from constance import config

from core.brand.colours import Colour
from core.brand.palette import Palette, palette

USUAL = "editorial"


class Grounds(NamedTuple):
    """The colours of a look that are no brand's, on light or on dark pages."""

    page: str
    surface: str
    ink: str
    ink_soft: str
    line: str


@dataclass(frozen=True)
class Look:
    """What a look is outside the style sheet."""

    # The file in static/fonts, its family, and what stands in for it in mails.
    face: str
    family: str
    stand_in: str
    colour: Colour
    light: Grounds
    dark: Grounds
    # Of corners, in pixels.
    radius: int
    is_upper_case: bool = False
    # Otherwise the colour is a ground only, and text stays black or white.
    tints_text: bool = True


class Theme(NamedTuple):
    """What the head of a page says of the look."""

    look: str
    corners: str
    density: str
    # The address of the sheet with the shop's own colour; empty for the look's.
    colours: str
    face: str
    light_ground: str
    dark_ground: str


LOOKS = {
    "editorial": Look(
        face="fraunces",
        family="Fraunces",
        stand_in="Georgia, 'Times New Roman', serif",
        colour=Colour(0.45, 0.07, 155),
        light=Grounds("#faf6ef", "#fefcf8", "#221811", "#5e5349", "#dfd8cc"),
        dark=Grounds("#13100c", "#1d1914", "#f4f0e7", "#bbb3a6", "#39332c"),
        radius=4,
    ),
    "street": Look(
        face="archivo",
        family="Archivo",
        stand_in="Impact, 'Arial Narrow Bold', sans-serif",
        colour=Colour(0.86, 0.21, 120),
        light=Grounds("#ffffff", "#ffffff", "#070707", "#4d4d4d", "#070707"),
        dark=Grounds("#060606", "#0e0e0e", "#fafafa", "#bebebe", "#636363"),
        radius=0,
        is_upper_case=True,
        tints_text=False,
    ),
    "market": Look(
        face="outfit",
        family="Outfit",
        stand_in="'Century Gothic', 'Trebuchet MS', sans-serif",
        colour=Colour(0.45, 0.19, 262),
        light=Grounds("#f4f7fc", "#ffffff", "#15181f", "#51555e", "#dee0e3"),
        dark=Grounds("#0c1118", "#141a24", "#f2f3f6", "#adb1b9", "#2e3238"),
        radius=16,
    ),
}


def look_named(name: str) -> Look:
    """The look of that name; the usual one for a name that there is not."""
    return LOOKS.get(name, LOOKS[USUAL])


def theme(*, look: str, colour: str, corners: str, density: str) -> Theme:
    """The theme of these settings."""
    worn = look_named(look)
    return Theme(
        look=look if look in LOOKS else USUAL,
        corners=corners,
        density=density,
        colours=palette_of(look, colour).address if colour else "",
        face=worn.face,
        light_ground=worn.light.page,
        dark_ground=worn.dark.page,
    )


def palette_of(look: str, colour: str) -> Palette:
    """The colours of a look, in that colour or in its own."""
    worn = look_named(look)
    chosen = Colour.of_hex(colour) if colour else worn.colour
    return palette(chosen, tints_text=worn.tints_text)


def current_theme() -> Theme:
    """The theme that the shop wears."""
    return theme(
        look=config.STORE_LOOK,
        colour=config.BRAND_COLOUR,
        corners=config.CORNERS,
        density=config.DENSITY,
    )


def current_palette() -> Palette:
    """The shop's own colours, or those of its look."""
    return palette_of(config.STORE_LOOK, config.BRAND_COLOUR)


def current_look() -> Look:
    """The look that the shop wears, without its own colour."""
    return look_named(config.STORE_LOOK)
