"""The delivery tariffs as customers read them: zone by zone, with days and prices."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from constance import config

from shipping.models import MethodKind, ShippingRate, Zone


@dataclass(frozen=True)
class Tariff:
    """
    One way of delivery in a zone: the working days it takes and the range of its prices.

    `is_by_weight` says that heavy parcels cost more than `price_to`.
    """

    method: str
    days_from: int
    days_to: int
    price_from: Decimal
    price_to: Decimal
    is_by_weight: bool
    free_over: Decimal | None


@dataclass(frozen=True)
class ZoneTariffs:
    zone: str
    tariffs: list[Tariff]


def zone_tariffs() -> list[ZoneTariffs]:
    """The tariffs of each zone: the shop's country first, its parts before the whole. 1 query."""
    rates = ShippingRate.objects.filter(
        method__is_active=True, method__kind=MethodKind.DELIVERY
    ).select_related("zone", "method")
    ordered = sorted(rates, key=_place)
    return [
        ZoneTariffs(zone.name, _tariffs(found))
        for zone, found in groupby(ordered, key=lambda rate: rate.zone)
    ]


def _place(rate: ShippingRate) -> tuple[object, ...]:
    zone, method = rate.zone, rate.method
    return (
        *(str(zone.country) != config.COUNTRY, str(zone.country), _is_whole(zone)),
        *(zone.name, method.position, method.code),
    )


def _is_whole(zone: Zone) -> bool:
    return not (zone.ubigeo_prefixes or zone.regions)


def _tariffs(rates: Iterable[ShippingRate]) -> list[Tariff]:
    return [_tariff(list(found)) for _, found in groupby(rates, key=lambda rate: rate.method)]


def _tariff(rates: list[ShippingRate]) -> Tariff:
    method = rates[0].method
    return Tariff(
        method=method.name,
        days_from=method.handling_days + min(rate.days_min for rate in rates),
        days_to=method.handling_days + max(rate.days_max for rate in rates),
        price_from=min(rate.price for rate in rates),
        price_to=max(rate.price for rate in rates),
        is_by_weight=any(rate.price_per_kg for rate in rates),
        free_over=method.free_over,
    )
