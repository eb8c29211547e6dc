"""Who orders, where the order goes and whom its bill names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from accounts.documents import is_for_invoices
from accounts.places import Place
from inventory.places import Destination
from orders.new_orders import NewAddress
from shipping.selectors import Pickup


@dataclass(frozen=True, kw_only=True)
class Billing:
    """Another name or address on the bill."""

    name: str
    street: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class BuyerDetails:
    """What the shopper's form or a draft of staff says about the buyer."""

    email: str
    first_name: str
    last_name: str
    phone: str
    language: str
    document_type: str
    document_number: str
    company: str
    # Without a place if the order is collected and no address was typed.
    place: Place | None
    street: str
    reference: str
    pickup: Pickup | None
    billing: Billing | None = None
    note: str = ""

    @property
    def home(self) -> NewAddress | None:
        """The address that was typed, if it is complete."""
        if self.place is None or not self.street:
            return None
        return self._address(self.place, self.street, self.reference)

    @property
    def destination(self) -> Destination | None:
        """Where the units go."""
        place = place_of_pickup(self.pickup) if self.pickup else self.place
        return destination_of(place) if place else None

    def addresses(self) -> tuple[NewAddress, ...]:
        """
        The order's delivery and billing address.

        A collected order is delivered to the pickup point, and billed to the address that was
        typed, if any.
        """
        if self.pickup:
            place = place_of_pickup(self.pickup)
            delivery = self._address(place, self.pickup.street, self.pickup.name)
            return delivery, self._bill(self.home or delivery)
        if self.home is None:
            raise ValueError("An order that is delivered needs an address.")
        return self.home, self._bill(self.home)

    def _bill(self, usual: NewAddress) -> NewAddress:
        bill = usual
        if self.billing:
            bill = _address(
                self.billing.place,
                recipient=self.billing.name,
                phone=usual.phone,
                street=self.billing.street,
            )
        if is_for_invoices(self.document_type) and self.company:
            bill = replace(bill, recipient=self.company)
        return replace(bill, kind="billing")

    def _address(self, place: Place, street: str, reference: str) -> NewAddress:
        return _address(
            place,
            recipient=f"{self.first_name} {self.last_name}".strip(),
            phone=self.phone,
            street=street,
            reference=reference,
        )


def place_of_pickup(pickup: Pickup) -> Place:
    """Where a collected order waits."""
    return Place(
        country=pickup.country,
        region=pickup.region,
        city=pickup.city,
        district=pickup.district,
        ubigeo=pickup.ubigeo,
    )


def destination_of(place: Place) -> Destination:
    """The place as warehouses compare it with their own addresses."""
    return Destination(
        country=place.country,
        region=place.region,
        city=place.city,
        district=place.district,
        ubigeo=place.ubigeo,
    )


def delivery_address(place: Place, data: Mapping[str, Any]) -> NewAddress:
    """The delivery address of a form whose recipient is one field."""
    return _address(
        place,
        recipient=data["recipient"],
        phone=str(data["phone"]),
        street=data["street"],
        reference=data["reference"],
    )


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
