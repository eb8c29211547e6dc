"""The shop's delivery methods with their rates by zone, as the pure calculations read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from core.money import ZERO


class Spot(Protocol):
    """Where something goes, as far as areas can tell: an address, typed or saved."""

    @property
    def country(self) -> object: ...
    @property
    def region(self) -> str: ...
    @property
    def ubigeo(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Area:
    """A country, or a listed part of it: a zone."""

    country: str
    ubigeo_prefixes: Sequence[str] = ()
    regions: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Rate(Area):
    """What a method costs in one zone, for a range of weight and order amount."""

    min_weight_kg: Decimal = ZERO
    max_weight_kg: Decimal | None = None
    min_amount: Decimal = ZERO
    max_amount: Decimal | None = None
    price: Decimal
    price_per_kg: Decimal = ZERO
    days_min: int = 1
    days_max: int = 3


@dataclass(frozen=True, kw_only=True)
class Pickup:
    """The shop or warehouse where an order waits for its buyer, as an address."""

    name: str
    street: str
    district: str
    city: str
    region: str
    country: str
    ubigeo: str = ""

    def __str__(self) -> str:
        parts = (self.street, self.district, self.city)
        return ", ".join(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True, kw_only=True)
class Carriage:
    """How a carrier counts: cm³ that it charges as a kilogram, if it does, and its days."""

    volume_divisor: int | None = None
    works_saturdays: bool = False


@dataclass(frozen=True, kw_only=True)
class Method:
    """A way to get the order, with its rates. With a `pickup`, it goes nowhere else."""

    code: str
    name: str
    description: str = ""
    kind: str = "delivery"
    pickup: Pickup | None = None
    handling_days: int = 1
    # Orders from this hour on count from the next working day.
    cut_off_hour: int = 24
    # None where no carrier is named: the shop brings it, on its own days.
    carriage: Carriage | None = None
    free_over: Decimal | None = None
    rates: tuple[Rate, ...] = ()


def nearness(area: Area, spot: Spot) -> int | None:
    """How closely the area names the place: None if it is elsewhere, 0 for a whole country."""
    if area.country != spot.country:
        return None
    if not area.ubigeo_prefixes and not area.regions:
        return 0
    matches = [len(prefix) for prefix in area.ubigeo_prefixes if spot.ubigeo.startswith(prefix)]
    if spot.region and spot.region.casefold() in (name.casefold() for name in area.regions):
        matches.append(1)
    return max(matches, default=None)
