"""The shop's shipping methods, as the pure calculation needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal

from constance import config
from django.utils import timezone
from django.utils.translation import get_language

from core.caching.ttl import TTLCache
from core.calendar.working_days import WorkingDays, working_days
from promotions.basket import ShippingOffer as Offer
from shipping.models import Carrier, MethodKind, ShippingMethod, ShippingRate
from shipping.quotes import Load, Parcel, load_of, offers
from shipping.tariffs import Area, Carriage, Method, Pickup, Rate, Spot, nearness

__all__ = [
    "Load",
    "Offer",
    "Pickup",
    "Reach",
    "load_of",
    "offers_for",
    "reach",
    "shop_days",
    "soonest",
    "usual",
]


def offers_for(address: Spot | None, load: Load, amount: Decimal) -> list[Offer]:
    """
    The delivery offers for a load worth `amount` to this address; only pickups without one.

    By the tariffs as they were at most a second ago: at most two queries.
    """
    parcel = Parcel(load=load, amount=amount)
    if address:
        country, region, ubigeo = str(address.country), address.region, address.ubigeo
        parcel = replace(parcel, country=country, region=region, ubigeo=ubigeo)
    now = timezone.localtime()
    return offers(
        _methods(),
        parcel,
        ordered_at=now,
        shop_days=shop_days(now.date()),
        currency=config.CURRENCY,
    )


def usual(offers: Sequence[Offer]) -> Offer | None:
    """The first that delivers, in the shop's order: never a pickup by default."""
    return next((offer for offer in offers if offer.kind != MethodKind.PICKUP), None)


def soonest(offers: Sequence[Offer]) -> Offer | None:
    """The delivery whose last day comes first, the cheaper of two; never a pickup."""
    return usual(sorted(offers, key=lambda offer: (offer.promised_to, offer.price)))


@dataclass(frozen=True)
class FreeFrom:
    """The amount from which delivery costs nothing; `way` is empty where every way is free."""

    amount: Decimal
    way: str


def free_from(spot: Spot | None = None) -> FreeFrom | None:
    """
    The least amount that makes a way of delivery free, of those that go there; None if none is.

    By the same tariffs as `offers_for`.
    """
    ways = [method for method in _methods() if method.kind == MethodKind.DELIVERY]
    if spot:
        ways = [m for m in ways if any(nearness(rate, spot) is not None for rate in m.rates)]
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
    usual = config.CUT_OFF_HOUR
    found = [
        Method(
            code=method.code,
            name=method.name,
            description=method.description,
            kind=method.kind,
            pickup=_pickup(method),
            handling_days=method.handling_days,
            cut_off_hour=usual if method.cut_off_hour is None else method.cut_off_hour,
            carriage=_carriage(method.carrier),
            free_over=method.free_over,
            rates=tuple(rates[method.pk]),
        )
        for method in methods
    ]
    return dict.fromkeys(languages, found)


def _carriage(carrier: Carrier | None) -> Carriage | None:
    if carrier is None:
        return None
    return Carriage(volume_divisor=carrier.volume_divisor, works_saturdays=carrier.works_saturdays)


def _pickup(method: ShippingMethod) -> Pickup | None:
    place = method.pickup_warehouse
    if method.kind != MethodKind.PICKUP or place is None:
        return None
    return Pickup(**{each.name: str(getattr(place, each.name)) for each in fields(Pickup)})


def _rate(row: ShippingRate) -> Rate:
    return Rate(
        country=str(row.zone.country),
        ubigeo_prefixes=tuple(row.zone.ubigeo_prefixes),
        regions=tuple(row.zone.regions),
        **{name: getattr(row, name) for name in _RATE_FIELDS},
    )


_RATE_FIELDS = {each.name for each in fields(Rate)} - {each.name for each in fields(Area)}
_tariffs = TTLCache(_read_methods)
