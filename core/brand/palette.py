"""A shop's one colour, made into all that pages need of it, readable in light and dark."""

from dataclasses import dataclass, fields
from functools import lru_cache

from core.brand.colours import BLACK, TEXT, WHITE, Colour, contrast

# Changed together with the rules below: browsers keep a sheet for ever under its address.
VERSION = 1
INK = Colour(0.21, 0.015, 255)
# Text in the shop's colour must be readable on each ground of each look: on the darkest of the
# light ones, and on the lightest of the dark ones. A hair more than WCAG asks, for rounding.
_LIGHT_GROUND = Colour(0.925, 0, 0)
_DARK_GROUND = Colour(0.29, 0, 0)
_LEAST = TEXT + 0.05
# A button less apart from its page than this is not seen as one.
_SEEN = 1.2
_HOVER = 0.07


@dataclass(frozen=True)
class Tones:
    """The colours of one scheme, under the names of their tokens."""

    brand: str
    brand_strong: str
    on_brand: str
    brand_soft: str
    fill: str
    fill_strong: str
    on_fill: str


@dataclass(frozen=True)
class Palette:
    """Of a colour: what it becomes on light and on dark grounds."""

    colour: str
    hue: float
    light: Tones
    dark: Tones
    # Otherwise text stays in the look's own ink.
    tints_text: bool

    @property
    def headline(self) -> str:
        """For words on white paper."""
        return self.light.brand if self.tints_text else INK.hex

    @property
    def address(self) -> str:
        """The style sheet's name says everything that is in it, so it never changes."""
        return f"{VERSION}-{self.colour.removeprefix('#')}"


@lru_cache(maxsize=64)
def palette(colour: Colour, *, tints_text: bool = True) -> Palette:
    """The tokens of that brand colour, where need be lighter or darker than it is."""
    return Palette(
        colour=colour.hex,
        hue=round(colour.hue, 1),
        light=_tones(colour, _LIGHT_GROUND, WHITE, 0.95, 0.03),
        dark=_tones(colour, _DARK_GROUND, Colour(0.15, 0, 0), 0.28, 0.045),
        tints_text=tints_text,
    )


def sheet(chosen: Palette) -> str:
    """The style sheet of these colours. In looks that keep text black, it tints grounds only."""
    pairs = {
        field.name: f"light-dark({getattr(chosen.light, field.name)},"
        f"{getattr(chosen.dark, field.name)})"
        for field in fields(Tones)
    }
    grounds = {name: value for name, value in pairs.items() if "fill" in name}
    texts = {name: value for name, value in pairs.items() if "fill" not in name}
    return (
        f":root{{--brand-hue:{chosen.hue};{_declared(grounds)}}}\n"
        f':root:not([data-look="street"]){{{_declared(texts)}}}\n'
    )


def _declared(tokens: dict[str, str]) -> str:
    return ";".join(f"--{name.replace('_', '-')}:{value}" for name, value in tokens.items())


def _tones(colour: Colour, ground: Colour, page: Colour, soft: float, soft_chroma: float) -> Tones:
    text = colour.readable_on(ground, _LEAST)
    away = -_HOVER if ground.lightness > text.lightness else _HOVER
    fill = colour.shown if contrast(colour, page) >= _SEEN else text
    on_fill = WHITE if contrast(WHITE, fill) >= _LEAST else BLACK
    fill_away = -_HOVER if on_fill == WHITE else _HOVER
    return Tones(
        brand=text.hex,
        brand_strong=text.with_lightness(text.lightness + away).hex,
        on_brand=(WHITE if ground.lightness > text.lightness else BLACK).hex,
        brand_soft=Colour(soft, min(colour.chroma, soft_chroma), colour.hue).hex,
        fill=fill.hex,
        fill_strong=fill.with_lightness(fill.lightness + fill_away).hex,
        on_fill=on_fill.hex,
    )
