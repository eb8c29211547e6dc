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


@dataclass(frozen=True)
class Look:
    """What a look is outside the style sheet."""

    # The file in static/fonts, and what stands in for it in mails.
    face: str
    family: str
    colour: Colour
    light_ground: str
    dark_ground: str
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
        family="Fraunces, Georgia, 'Times New Roman', serif",
        colour=Colour(0.45, 0.07, 155),
        light_ground="#faf6ef",
        dark_ground="#13100c",
    ),
    "street": Look(
        face="archivo",
        family="Archivo, Impact, 'Arial Narrow Bold', sans-serif",
        colour=Colour(0.86, 0.21, 120),
        light_ground="#ffffff",
        dark_ground="#060606",
        tints_text=False,
    ),
    "market": Look(
        face="outfit",
        family="Outfit, 'Century Gothic', 'Trebuchet MS', sans-serif",
        colour=Colour(0.45, 0.19, 262),
        light_ground="#f4f7fc",
        dark_ground="#0c1118",
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
        light_ground=worn.light_ground,
        dark_ground=worn.dark_ground,
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
