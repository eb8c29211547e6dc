"""A drawing of a product as a box, from its width, depth and height."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import number_format

SIDES = ("width_cm", "depth_cm", "height_cm")
# Of the longest edge, in the units of the drawing; depth runs back at half its length.
LONGEST = 120


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
    width, depth, height = (float(side or 0) for side in sides)
    unit = LONGEST / max(width, depth, height)
    front, upright, back = (max(8, round(side * unit)) for side in (width, height, depth * 0.35))
    return Measures(_label(width), _label(depth), _label(height), front, upright, back)


def _label(side: float) -> str:
    return number_format(Decimal(str(side)).normalize())
