"""What it costs to bring an order somewhere: pure, fed with the shop's methods and rates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from core.money import ZERO, quantize
from core.working_days import after_working_days
from promotions.engine import ShippingOffer as Offer

__all__ = ["Area", "Method", "Offer", "Parcel", "Pickup", "Rate", "nearness", "offers"]


class Spot(Protocol):
    """Where something goes, as far as areas can tell."""

    @property
    def country(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def ubigeo(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Area:
    """A country, or what is listed of it: a zone."""

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
class Method:
    """A way to get the order, with its rates. With a `pickup`, it goes nowhere else."""

    code: str
    name: str
    description: str = ""
    kind: str = "delivery"
    pickup: Pickup | None = None
    handling_days: int = 1
    free_over: Decimal | None = None
    rates: tuple[Rate, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What is to be brought, and where to; no country means that nobody has said it yet."""

    weight_kg: Decimal
    amount: Decimal
    country: str = ""
    region: str = ""
    ubigeo: str = ""


# What a pickup costs for which no rate is set, and when it can be fetched.
_FREE_PICKUP = Rate(country="", price=ZERO, days_min=0, days_max=0)


def offers(
    methods: Sequence[Method], parcel: Parcel, *, today: date, currency: str = "PEN"
) -> list[Offer]:
    """
    Every method that goes there, with its price and promised days, in the methods' order.

    A pickup is offered wherever the buyer lives, by the rate of the place where it waits.
    """
    found = ((method, _rate_of(method, parcel)) for method in methods)
    return [_offer(method, rate, parcel, today, currency) for method, rate in found if rate]


def _offer(method: Method, rate: Rate, parcel: Parcel, today: date, currency: str) -> Offer:
    handling = method.handling_days
    return Offer(
        code=method.code,
        name=method.name,
        description=_description(method),
        kind=method.kind,
        price=quantize(_price(method, rate, parcel), currency),
        promised_from=after_working_days(today, handling + rate.days_min),
        promised_to=after_working_days(today, handling + rate.days_max),
    )


def _description(method: Method) -> str:
    """What the method says of itself; a pickup's address stands before its hours."""
    parts = (str(method.pickup or ""), method.description)
    return " · ".join(part for part in parts if part)


def _price(method: Method, rate: Rate, parcel: Parcel) -> Decimal:
    if method.free_over is not None and parcel.amount >= method.free_over:
        return ZERO
    further = max(parcel.weight_kg - rate.min_weight_kg, ZERO)
    return rate.price + rate.price_per_kg * further


def _rate_of(method: Method, parcel: Parcel) -> Rate | None:
    place = method.pickup
    if place is None:
        return _rate_for(method, parcel)
    if not method.rates:
        return _FREE_PICKUP
    waiting = replace(parcel, country=place.country, region=place.region, ubigeo=place.ubigeo)
    return _rate_for(method, waiting)


def _rate_for(method: Method, parcel: Parcel) -> Rate | None:
    """The rate of the nearest zone that the parcel fits; the cheapest if several do."""
    fitting = [(nearness(rate, parcel), rate) for rate in method.rates if _fits(rate, parcel)]
    near = [(near, rate) for near, rate in fitting if near is not None]
    return min(near, key=lambda pair: (-pair[0], pair[1].price), default=(0, None))[1]


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


def _fits(rate: Rate, parcel: Parcel) -> bool:
    heavy = rate.max_weight_kg is not None and parcel.weight_kg > rate.max_weight_kg
    dear = rate.max_amount is not None and parcel.amount >= rate.max_amount
    light = parcel.weight_kg < rate.min_weight_kg
    return not (heavy or dear or light or parcel.amount < rate.min_amount)
