"""A drawing of a product as a box, from its width, depth and height."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import number_format

SIDES = ("width_cm", "depth_cm", "height_cm")
# Of the longest edge, in the units of the drawing; depth runs back at a third of its length.
LONGEST, FORESHORTENED = 120, Decimal("0.35")


class Measures(NamedTuple):
    """The labels in cm, and the front's size and the depth's run as they are drawn."""

    width: str
    depth: str
    height: str
    front: int
    upright: int
    back: int


def measures(attributes: Mapping[str, Any]) -> Measures | None:
    """None unless all three sides are known."""
    sides = [attributes.get(side) for side in SIDES]
    if not all(isinstance(side, int | float) and side > 0 for side in sides):
        return None
    width, depth, height = (Decimal(str(side)).normalize() for side in sides)
    unit = LONGEST / max(width, depth, height)
    return Measures(
        width=number_format(width),
        depth=number_format(depth),
        height=number_format(height),
        front=_drawn(width * unit),
        upright=_drawn(height * unit),
        back=_drawn(depth * unit * FORESHORTENED),
    )


def _drawn(length: Decimal) -> int:
    """Flat things keep a visible edge."""
    return max(8, round(length))
