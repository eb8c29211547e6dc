"""Where an order goes and whom its bill names, out of what the form has understood."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from accounts.documents import is_for_invoices
from accounts.places import Place
from inventory.places import Destination
from orders.services import NewAddress
from shipping.selectors import Pickup


def place_of_pickup(pickup: Pickup) -> Place:
    """Where an order waits that its buyer fetches."""
    return Place(
        country=pickup.country,
        region=pickup.region,
        city=pickup.city,
        district=pickup.district,
        ubigeo=pickup.ubigeo,
    )


def destination(place: Place) -> Destination:
    """What the warehouses compare with their own addresses."""
    return Destination(
        country=place.country,
        region=place.region,
        city=place.city,
        district=place.district,
        ubigeo=place.ubigeo,
    )


def typed_address(data: Mapping[str, Any]) -> NewAddress:
    """The delivery address of a form that is right."""
    return _address(
        data["place"],
        recipient=_buyer(data),
        phone=str(data["phone"]),
        street=data["street"],
        reference=data.get("reference", ""),
    )


def order_address(place: Place, data: Mapping[str, Any]) -> NewAddress:
    """Where an order goes, out of a form that names its recipient whole."""
    return _address(
        place,
        recipient=data["recipient"],
        phone=str(data["phone"]),
        street=data["street"],
        reference=data["reference"],
    )


def addresses_of(data: Mapping[str, Any], pickup: Pickup | None) -> tuple[NewAddress, ...]:
    """
    The order's delivery and billing address.

    What is fetched is delivered where it waits, and billed to the address that was typed, if any.
    """
    typed = typed_address(data) if data["place"] and data.get("street") else None
    waiting = None
    if pickup:
        waiting = _address(
            place_of_pickup(pickup),
            recipient=_buyer(data),
            phone=str(data["phone"]),
            street=pickup.street,
            reference=pickup.name,
        )
    shipping = waiting or typed_address(data)
    return shipping, _billing(data, typed or shipping)


def _billing(data: Mapping[str, Any], usual: NewAddress) -> NewAddress:
    billing = usual
    if data["other_billing"]:
        billing = _address(
            data["billing_place"],
            recipient=data["billing_name"],
            phone=usual.phone,
            street=data["billing_street"],
        )
    if is_for_invoices(data["document_type"]) and data["company"]:
        billing = replace(billing, recipient=data["company"])
    return replace(billing, kind="billing")


def _buyer(data: Mapping[str, Any]) -> str:
    return f"{data['first_name']} {data['last_name']}".strip()


def _address(
    place: Place, *, recipient: str, phone: str, street: str, reference: str = ""
) -> NewAddress:
    return NewAddress(
        recipient=recipient,
        phone=phone,
        street=street,
        district=place.district,
        city=place.city,
        region=place.region,
        postal_code=place.postal_code,
        country=place.country,
        ubigeo=place.ubigeo,
        reference=reference,
    )
