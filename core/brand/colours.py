"""
Colours as people see them: oklch, with lightness, chroma and hue apart, and their contrast.

The matrices are those of CSS Color 4, so that browsers and this module agree.
"""

import math
import re
from dataclasses import dataclass, replace
from typing import Self

HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
# What WCAG 2.2 AA asks of text.
TEXT = 4.5
_SHORT = 3
_MIDDLE = 0.5
_STEP = 0.005
# Where sRGB's curve begins, in light of the screen and in linear light.
_KNEE, _LINEAR_KNEE = 0.04045, 0.0031308
# Rounding is no reason to take chroma away.
_BLURRED = 1e-4


@dataclass(frozen=True)
class Colour:
    """A colour in oklch: lightness and chroma from 0 to 1, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    @classmethod
    def of_hex(cls, text: str) -> Self:
        """
        The colour of `#ffd400`, `ffd400` or `#fd0`.

        :raises ValueError: if it is none of these
        """
        found = HEX.fullmatch(text.strip())
        if not found:
            raise ValueError(f"no colour: {text}")
        times = 2 if len(found[1]) == _SHORT else 1
        digits = "".join(times * digit for digit in found[1])
        return cls.of_rgb(*bytes.fromhex(digits))

    @classmethod
    def of_rgb(cls, red: int, green: int, blue: int) -> Self:
        """The colour of three bytes."""
        r, g, b = (_to_linear(part / 255) for part in (red, green, blue))
        long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
        medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
        short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
        lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
        return cls(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)

    @property
    def linear(self) -> tuple[float, float, float]:
        """Linear light of red, green and blue; outside 0 to 1 where no screen shows it."""
        a = self.chroma * math.cos(math.radians(self.hue))
        b = self.chroma * math.sin(math.radians(self.hue))
        long = (self.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (self.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (self.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        return (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )

    @property
    def hex(self) -> str:
        """As `#ffd400`: the same lightness and hue, with as much chroma as a screen has."""
        return (
            "#"
            + bytes(
                round(255 * _to_screen(min(1.0, max(0.0, part)))) for part in self.shown.linear
            ).hex()
        )

    @property
    def shown(self) -> Self:
        """With as much of its chroma as a screen can show."""
        colour = self
        while colour.chroma > 0 and not colour._is_on_screen():
            colour = replace(colour, chroma=max(0.0, colour.chroma - _STEP))
        return colour

    def _is_on_screen(self) -> bool:
        return all(-_BLURRED <= part <= 1 + _BLURRED for part in self.linear)

    @property
    def luminance(self) -> float:
        """Relative luminance, clipped to the screen as browsers do."""
        red, green, blue = (min(1.0, max(0.0, part)) for part in self.linear)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def with_lightness(self, lightness: float) -> Self:
        """The same hue, lighter or darker."""
        return replace(self, lightness=min(1.0, max(0.0, lightness))).shown

    def readable_on(self, ground: "Colour", least: float = TEXT) -> Self:
        """This colour, or the nearest lightness away from the ground that has the contrast."""
        step, end = (-_STEP, 0.0) if ground.lightness > _MIDDLE else (_STEP, 1.0)
        colour = self.shown
        while contrast(colour, ground) < least and colour.lightness != end:
            colour = self.with_lightness(colour.lightness + step)
        return colour


WHITE = Colour(1, 0, 0)
BLACK = Colour(0, 0, 0)


def contrast(one: Colour, other: Colour) -> float:
    """WCAG's ratio, from 1 to 21."""
    light, dark = sorted((one.luminance, other.luminance), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _to_linear(part: float) -> float:
    return part / 12.92 if part <= _KNEE else float(((part + 0.055) / 1.055) ** 2.4)


def _to_screen(part: float) -> float:
    return 12.92 * part if part <= _LINEAR_KNEE else float(1.055 * part ** (1 / 2.4) - 0.055)
