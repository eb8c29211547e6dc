"""The shop's shipping methods, as the pure calculation needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from constance import config
from django.utils import timezone
from django.utils.translation import get_language

from core.recent import Recent
from shipping.models import MethodKind, ShippingMethod, ShippingRate
from shipping.quotes import Method, Offer, Parcel, Pickup, Rate, offers

__all__ = ["Offer", "Pickup", "Reach", "offers_for", "reach"]


class Place(Protocol):
    """An address, a user's or an order's, typed or saved."""

    @property
    def country(self) -> object: ...
    @property
    def region(self) -> str: ...
    @property
    def ubigeo(self) -> str: ...


def offers_for(address: Place | None, weight_kg: Decimal, amount: Decimal) -> list[Offer]:
    """
    What it costs to bring so many kilograms, worth `amount`, to this place; pickups without one.

    By the tariffs as they were at most a second ago: at most two queries.
    """
    parcel = Parcel(weight_kg=weight_kg, amount=amount)
    if address:
        parcel = replace(
            parcel,
            country=str(address.country),
            region=address.region,
            ubigeo=address.ubigeo,
        )
    return offers(_methods(), parcel, today=timezone.localdate(), currency=config.CURRENCY)


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
        .select_related("pickup_warehouse")
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
            free_over=method.free_over,
            rates=tuple(rates[method.pk]),
        )
        for method in methods
    ]
    return dict.fromkeys(languages, found)


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


_tariffs = Recent(_read_methods)
