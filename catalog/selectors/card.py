"""A product in a list."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from catalog.colours import code_of
from catalog.selectors.prices import lowest_of

_MOST_DOTS = 6


class Colour(NamedTuple):
    """A dot on a card. `code` is `#rrggbb`."""

    key: str
    label: str
    code: str


class CardPicture(NamedTuple):
    """A stored picture with the widths of its copies, ascending."""

    name: str
    width: int
    height: int
    alt: str
    widths: tuple[int, ...]


class Card(NamedTuple):
    """
    What the database says of a product, with its variants and its first picture as JSON.

    The same values make the same card, which is drawn once for all of them: so they stay a plain
    tuple, which Python compares by itself, and JSON is read for a card that has to be drawn.
    """

    id: UUID
    key: str | None
    name: str
    slug: str
    availability: str
    price_from: Decimal
    list_price: Decimal
    rating: Decimal
    rating_count: int
    variants: str
    picture: str | None

    @property
    def external_id(self) -> str:
        """The catalogue file's name for it."""
        return self.key or str(self.id)

    @property
    def is_on_offer(self) -> bool:
        return self.list_price > self.price_from

    @property
    def discount_percent(self) -> int:
        if not self.is_on_offer:
            return 0
        return int((self.list_price - self.price_from) * 100 / self.list_price)

    @property
    def is_sold_out(self) -> bool:
        return self.availability == "sold_out"

    @property
    def image(self) -> CardPicture | None:
        if self.picture is None:
            return None
        found = json.loads(self.picture)
        return CardPicture(**found | {"widths": tuple(sorted(found["widths"]))})

    @property
    def has_price_range(self) -> bool:
        return len({variant["price"] for variant in self._variants()}) > 1

    @property
    def brand(self) -> str:
        return next((each["brand"] for each in self._variants() if each["brand"]), "")

    @property
    def is_new(self) -> bool:
        return any(variant["is_new"] for variant in self._variants())

    def lowest_price(self, days: int) -> Decimal | None:
        """Of an offer: what the cheapest variant has cost at least in so many days before it."""
        return _lowest(self._variants(), days)

    @property
    def colours(self) -> tuple[Colour, ...]:
        """Of several that are known, some."""
        return _colours(self._variants())

    def _variants(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.variants)
        return found


def _lowest(variants: Sequence[Mapping[str, Any]], days: int) -> Decimal | None:
    if not any(variant["periods"] for variant in variants):
        return None
    cheapest = min(variants, key=lambda each: (Decimal(each["price"]), Decimal(each["list_price"])))
    return lowest_of(Decimal(cheapest["price"]), cheapest["periods"] or (), days)


def _colours(variants: Sequence[Mapping[str, Any]]) -> tuple[Colour, ...]:
    found: dict[str, Colour] = {}
    for variant in variants:
        for dot in variant["dots"]:
            code = code_of(dot["key"])
            if code:
                found.setdefault(dot["key"], Colour(dot["key"], dot["label"], code))
    return tuple(found.values())[:_MOST_DOTS] if len(found) > 1 else ()
