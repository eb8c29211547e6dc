"""The shop's shipping methods, as the pure calculation needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from constance import config
from django.utils import timezone
from django.utils.translation import get_language

from core.caching.ttl import TTLCache
from core.calendar.working_days import WorkingDays, working_days
from shipping.models import Carrier, MethodKind, ShippingMethod, ShippingRate
from shipping.quotes import Carriage, Load, Method, Offer, Parcel, Pickup, Rate, load_of, offers

__all__ = ["Load", "Offer", "Pickup", "Reach", "load_of", "offers_for", "reach", "shop_days"]


class Place(Protocol):
    """An address, a user's or an order's, typed or saved."""

    @property
    def country(self) -> object: ...
    @property
    def region(self) -> str: ...
    @property
    def ubigeo(self) -> str: ...


def offers_for(address: Place | None, load: Load, amount: Decimal) -> list[Offer]:
    """
    What it costs to bring this, worth `amount`, to this place; pickups without one.

    By the tariffs as they were at most a second ago: at most two queries.
    """
    parcel = Parcel(load=load, amount=amount)
    if address:
        parcel = replace(
            parcel,
            country=str(address.country),
            region=address.region,
            ubigeo=address.ubigeo,
        )
    now = timezone.localtime()
    return offers(
        _methods(),
        parcel,
        ordered_at=now,
        shop_days=shop_days(now.date()),
        currency=config.CURRENCY,
    )


@dataclass(frozen=True)
class FreeFrom:
    """The amount from which delivery costs nothing; `way` is empty where every way is free."""

    amount: Decimal
    way: str


def free_from() -> FreeFrom | None:
    """The least amount that makes a way of delivery free, by the same tariffs; None if none is."""
    ways = [method for method in _methods() if method.kind == MethodKind.DELIVERY]
    amounts = [method.free_over for method in ways if method.free_over is not None]
    if not amounts:
        return None
    free = [method.name for method in ways if method.free_over == min(amounts)]
    return FreeFrom(min(amounts), "" if len(free) == len(ways) else free[0])


def shop_days(since: date) -> WorkingDays:
    """The days on which the shop packs."""
    return working_days(
        config.COUNTRY,
        config.HOLIDAYS_REGION,
        since=since,
        with_saturdays=config.WORKS_SATURDAYS,
    )


@dataclass(frozen=True)
class Reach:
    """The countries that the shop delivers to, and its pickups by the code of the method."""

    countries: Sequence[str]
    pickups: Mapping[str, Pickup]


def reach() -> Reach:
    """
    Where an order can go. The shop's own country comes first, and is alone if there is none.

    By the same tariffs as `offers_for`: at most two queries.
    """
    methods = _methods()
    found = {rate.country for method in methods if not method.pickup for rate in method.rates}
    own = config.COUNTRY
    return Reach(
        countries=sorted(found or {own}, key=lambda code: (code != own, code)),
        pickups={method.code: method.pickup for method in methods if method.pickup},
    )


def _methods() -> list[Method]:
    return _tariffs.get([get_language()])[get_language()]


def _read_methods(languages: list[str | None]) -> dict[str | None, list[Method]]:
    """The methods with their rates, named in the language that is spoken now."""
    methods = list(
        ShippingMethod.objects.filter(is_active=True)
        .exclude(kind=MethodKind.PICKUP, pickup_warehouse=None)
        .select_related("pickup_warehouse", "carrier")
        .order_by("position", "code")
    )
    rates: dict[object, list[Rate]] = {method.pk: [] for method in methods}
    for row in ShippingRate.objects.filter(method__in=methods).select_related("zone"):
        rates[row.method_id].append(_rate(row))
    found = [
        Method(
            code=method.code,
            name=method.name,
            description=method.description,
            kind=method.kind,
            pickup=_pickup(method),
            handling_days=method.handling_days,
            cut_off_hour=_cut_off_hour(method),
            carriage=_carriage(method.carrier),
            free_over=method.free_over,
            rates=tuple(rates[method.pk]),
        )
        for method in methods
    ]
    return dict.fromkeys(languages, found)


def _cut_off_hour(method: ShippingMethod) -> int:
    own = method.cut_off_hour
    return int(config.CUT_OFF_HOUR) if own is None else own


def _carriage(carrier: Carrier | None) -> Carriage | None:
    if carrier is None:
        return None
    return Carriage(volume_divisor=carrier.volume_divisor, works_saturdays=carrier.works_saturdays)


def _pickup(method: ShippingMethod) -> Pickup | None:
    place = method.pickup_warehouse
    if method.kind != MethodKind.PICKUP or place is None:
        return None
    return Pickup(
        name=place.name,
        street=place.street,
        district=place.district,
        city=place.city,
        region=place.region,
        country=str(place.country),
        ubigeo=place.ubigeo,
    )


def _rate(row: ShippingRate) -> Rate:
    return Rate(
        country=str(row.zone.country),
        ubigeo_prefixes=tuple(row.zone.ubigeo_prefixes),
        regions=tuple(row.zone.regions),
        min_weight_kg=row.min_weight_kg,
        max_weight_kg=row.max_weight_kg,
        min_amount=row.min_amount,
        max_amount=row.max_amount,
        price=row.price,
        price_per_kg=row.price_per_kg,
        days_min=row.days_min,
        days_max=row.days_max,
    )


_tariffs = TTLCache(_read_methods)
