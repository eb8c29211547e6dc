"""Delivery prices of an order: pure, from the shop's methods and rates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_UP, Decimal
from typing import Protocol

from core.calendar.working_days import WorkingDays
from core.money import ZERO, quantize
from promotions.basket import ShippingOffer
from shipping.delivery_dates import delivery_dates
from shipping.tariffs import Method, Rate, nearness

# Products without a weight still weigh something.
USUAL_WEIGHT = Decimal("0.5")
GRAM = Decimal("0.001")


class Thing(Protocol):
    """The packed measures, as far as they are known."""

    @property
    def weight_kg(self) -> Decimal | None: ...
    @property
    def length_cm(self) -> Decimal | None: ...
    @property
    def width_cm(self) -> Decimal | None: ...
    @property
    def height_cm(self) -> Decimal | None: ...


@dataclass(frozen=True)
class Load:
    """The load: its weight, its volume, and the weight of products without a volume."""

    weight_kg: Decimal = ZERO
    volume_cm3: Decimal = ZERO
    unmeasured_kg: Decimal = ZERO

    def charged_kg(self, volume_divisor: int | None) -> Decimal:
        """The weight, or the volume's if that is more to a carrier with so many cm³ to the kg."""
        if volume_divisor is None:
            return self.weight_kg
        return max(self.weight_kg, self.volume_cm3 / volume_divisor + self.unmeasured_kg)

    def __add__(self, other: "Load") -> "Load":
        return Load(
            self.weight_kg + other.weight_kg,
            self.volume_cm3 + other.volume_cm3,
            self.unmeasured_kg + other.unmeasured_kg,
        )


def load_of(things: Iterable[tuple[Thing, int]]) -> Load:
    """So many units of each together."""
    return sum((_load(thing, units) for thing, units in things), Load())


def _load(thing: Thing, units: int) -> Load:
    weight = (thing.weight_kg or USUAL_WEIGHT) * units
    volume = (thing.length_cm or ZERO) * (thing.width_cm or ZERO) * (thing.height_cm or ZERO)
    return Load(weight, volume * units, ZERO if volume else weight)


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """The goods and their destination; no country means that it is not known yet."""

    load: Load
    amount: Decimal
    country: str = ""
    region: str = ""
    ubigeo: str = ""


# What a pickup costs for which no rate is set, and when it can be fetched.
_FREE_PICKUP = Rate(country="", price=ZERO, days_min=0, days_max=0)


def offers(
    methods: Sequence[Method],
    parcel: Parcel,
    *,
    ordered_at: datetime,
    shop_days: WorkingDays,
    currency: str = "PEN",
) -> list[ShippingOffer]:
    """
    Every method that goes there, with its price and promised days, in the methods' order.

    A pickup is offered wherever the buyer lives, by the rate of the place where it waits.
    `ordered_at` is in the shop's time zone.
    """
    made = []
    for method in methods:
        if rate := _rate_of(method, parcel):
            first, last = delivery_dates(method, rate, ordered_at, shop_days)
            offer = ShippingOffer(
                code=method.code,
                name=method.name,
                description=" · ".join(
                    filter(None, [str(method.pickup or ""), method.description])
                ),
                place=str(method.pickup or ""),
                kind=method.kind,
                price=quantize(_price(method, rate, parcel), currency),
                promised_from=first,
                promised_to=last,
                free_from=_free_from(method, parcel),
            )
            made.append(offer)
    return made


def _free_from(method: Method, parcel: Parcel) -> Decimal | None:
    """The amount from which the method costs nothing, if that much is ordered."""
    is_reached = method.free_over is not None and parcel.amount >= method.free_over
    return method.free_over if is_reached else None


def _price(method: Method, rate: Rate, parcel: Parcel) -> Decimal:
    if _free_from(method, parcel) is not None:
        return ZERO
    further = max(_charged_kg(method, parcel) - rate.min_weight_kg, ZERO)
    return rate.price + rate.price_per_kg * further


def _charged_kg(method: Method, parcel: Parcel) -> Decimal:
    """To the gram, as tables have it."""
    divisor = method.carriage.volume_divisor if method.carriage else None
    return parcel.load.charged_kg(divisor).quantize(GRAM, ROUND_UP)


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
    weight_kg = _charged_kg(method, parcel)
    fitting = [
        (nearness(rate, parcel), rate)
        for rate in method.rates
        if _fits(rate, weight_kg, parcel.amount)
    ]
    near = [(near, rate) for near, rate in fitting if near is not None]
    return min(near, key=lambda pair: (-pair[0], pair[1].price), default=(0, None))[1]


def _fits(rate: Rate, weight_kg: Decimal, amount: Decimal) -> bool:
    heavy = rate.max_weight_kg is not None and weight_kg > rate.max_weight_kg
    dear = rate.max_amount is not None and amount >= rate.max_amount
    return not (heavy or dear or weight_kg < rate.min_weight_kg or amount < rate.min_amount)
