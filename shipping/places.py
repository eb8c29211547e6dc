"""Where orders are fetched, as customers read it."""

from typing import NamedTuple

from inventory.models import Warehouse
from shipping.models import MethodKind, ShippingMethod


class PickupPlace(NamedTuple):
    """`hours` is what staff say of the method."""

    name: str
    address: str
    hours: str


def pickup_places() -> list[PickupPlace]:
    """The places of the active pickups. 1 query."""
    methods = ShippingMethod.objects.filter(is_active=True, kind=MethodKind.PICKUP)
    found = methods.select_related("pickup_warehouse").order_by("position", "code")
    return [
        PickupPlace(method.name, _address(method.pickup_warehouse), method.description)
        for method in found
        if method.pickup_warehouse
    ]


def _address(house: Warehouse) -> str:
    parts = dict.fromkeys((house.street, house.district, house.city))
    return ", ".join(filter(None, parts))
