"""
Kinds of promotions that installed packages add to the engine's own.

A kind says how much a rule takes off each line; when it applies, to what, how often, and that the
cents add up stays with the engine.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django_stubs_ext import StrOrPromise

from core.money import ZERO, quantize
from promotions.basket import PriceLine, Rule

# Kinds of extensions have a dot in their name, which the database requires.
CODE = r"^[a-z0-9_]+\.[a-z0-9_]+$"
MAX_CODE_LENGTH = 15

Amounts = Mapping[str, Decimal]
TakesOff = Callable[[Rule, Sequence[PriceLine], Amounts], Amounts]
"""Of the rule, its lines, and what is still to pay for each by key: how much each gets off."""


@dataclass(frozen=True)
class Kind:
    label: StrOrPromise
    takes_off: TakesOff
    needs: tuple[str, ...]


_kinds: dict[str, Kind] = {}


def register(
    code: str, label: StrOrPromise, takes_off: TakesOff, *, needs: Sequence[str] = ()
) -> None:
    """
    Make a kind known, for staff to choose by its label. `needs` are the promotion's fields that
    have to be above 0 for it: value, buy_quantity, free_quantity.

    :raises ValueError: unless the code is `package.kind`, of 15 characters at the most
    """
    if not re.match(CODE, code) or len(code) > MAX_CODE_LENGTH:
        raise ValueError(f"{code} is not of the form package.kind, or too long.")
    _kinds[code] = Kind(label, takes_off, tuple(needs))


def choices() -> list[tuple[str, StrOrPromise]]:
    return [(code, _kinds[code].label) for code in sorted(_kinds)]


def needs(code: str) -> tuple[str, ...]:
    """The fields that a promotion of this kind has to have."""
    return _kinds[code].needs if code in _kinds else ()


def take_off(rule: Rule, lines: Sequence[PriceLine], left: Amounts, currency: str) -> Amounts:
    """Nothing, where the package of the kind is gone."""
    kind = _kinds.get(rule.effect)
    if kind is None:
        return {}
    found = kind.takes_off(rule, lines, left)
    return {line.key: quantize(max(found.get(line.key, ZERO), ZERO), currency) for line in lines}
