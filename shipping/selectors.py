"""The shop's shipping methods, as the pure calculation needs them."""

from decimal import Decimal
from typing import Protocol

from constance import config
from django.utils import timezone
from django.utils.translation import get_language

from core.recent import Recent
from shipping.models import ShippingMethod, ShippingRate
from shipping.quotes import Method, Offer, Parcel, Rate, offers

__all__ = ["Offer", "offers_for"]


class Place(Protocol):
    """An address, a user's or an order's, typed or saved."""

    @property
    def country(self) -> object: ...
    @property
    def region(self) -> str: ...
    @property
    def ubigeo(self) -> str: ...


def offers_for(address: Place, weight_kg: Decimal, amount: Decimal) -> list[Offer]:
    """
    What it costs to bring so many kilograms, worth `amount`, to this place.

    By the tariffs as they were at most a second ago: at most two queries.
    """
    parcel = Parcel(
        weight_kg=weight_kg,
        amount=amount,
        country=str(address.country),
        region=address.region,
        ubigeo=address.ubigeo,
    )
    methods = _tariffs.get([get_language()])[get_language()]
    return offers(methods, parcel, today=timezone.localdate(), currency=config.CURRENCY)


def _read_methods(languages: list[str | None]) -> dict[str | None, list[Method]]:
    """The methods with their rates, named in the language that is spoken now."""
    methods = list(ShippingMethod.objects.filter(is_active=True).order_by("position", "code"))
    rates: dict[object, list[Rate]] = {method.pk: [] for method in methods}
    for row in ShippingRate.objects.filter(method__in=methods).select_related("zone"):
        rates[row.method_id].append(_rate(row))
    found = [
        Method(
            code=method.code,
            name=method.name,
            description=method.description,
            kind=method.kind,
            handling_days=method.handling_days,
            free_over=method.free_over,
            rates=tuple(rates[method.pk]),
        )
        for method in methods
    ]
    return dict.fromkeys(languages, found)


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
