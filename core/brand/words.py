"""What the shop is told of its colour: what was changed so that everybody can read."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from core.brand.colours import Colour, contrast
from core.brand.palette import Palette, Tones


class Figure(NamedTuple):
    """The contrast of one pair of colours, on light and on dark pages."""

    name: str
    light: str
    dark: str


def corrections(chosen: Palette) -> list[str]:
    """A sentence for each thing that the colour cannot do as it is."""
    said = []
    colour = {"colour": chosen.colour}
    if chosen.tints_text and chosen.light.brand != chosen.colour:
        said.append(
            _("%(colour)s is too light for text on light grounds: links use %(used)s there.")
            % (colour | {"used": chosen.light.brand})
        )
    if chosen.tints_text and chosen.dark.brand != chosen.colour:
        said.append(
            _("%(colour)s is too dark for text on dark grounds: links use %(used)s there.")
            % (colour | {"used": chosen.dark.brand})
        )
    if chosen.light.fill != chosen.colour:
        said.append(
            _("%(colour)s cannot be seen on a light page: buttons use %(used)s there.")
            % (colour | {"used": chosen.light.fill})
        )
    if chosen.dark.fill != chosen.colour:
        said.append(
            _("%(colour)s cannot be seen on a dark page: buttons use %(used)s there.")
            % (colour | {"used": chosen.dark.fill})
        )
    if said and chosen.light.fill == chosen.dark.fill:
        words = (
            _("Buttons keep %(colour)s, with white words.")
            if chosen.light.on_fill == "#ffffff"
            else _("Buttons keep %(colour)s, with black words.")
        )
        said.append(words % colour)
    return said


def figures(chosen: Palette, light_ground: str, dark_ground: str) -> list[Figure]:
    """How well words in the shop's colours can be read; 4.5 is the least."""
    grounds = ((chosen.light, light_ground), (chosen.dark, dark_ground))
    words = [Figure(_("Words on buttons"), *(_ratio(of.on_fill, of.fill) for of, _on in grounds))]
    if chosen.tints_text:
        links = [_ratio(of.brand, ground) for of, ground in grounds]
        words.append(Figure(_("Links on the page"), *links))
        words.append(Figure(_("Links on tinted ground"), *(_tinted(of) for of, _on in grounds)))
    return words


def _tinted(tones: Tones) -> str:
    return _ratio(tones.brand, tones.brand_soft)


def _ratio(one: str, other: str) -> str:
    return f"{contrast(Colour.of_hex(one), Colour.of_hex(other)):.1f} : 1"
