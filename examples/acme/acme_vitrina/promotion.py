"""A kind of promotion: of each two units of a line, the second is cheaper by some percent."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from promotions.basket import PriceLine, Rule

LABEL = "percentage off each second unit"


def take_off(
    rule: Rule, lines: Sequence[PriceLine], left: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """The discount of each line's remaining amount. The engine rounds it."""
    return {
        line.key: left[line.key] / line.quantity * (line.quantity // 2) * rule.value / 100
        for line in lines
    }
