from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class ParcelNews(Event):
    """What the events of a parcel have in common."""

    shipment_id: str
    order_id: str


@dataclass(frozen=True, kw_only=True)
class ShipmentPacked(ParcelNews):
    """The parcel is ready to dispatch or to be picked up."""


@dataclass(frozen=True, kw_only=True)
class ShipmentDispatched(ParcelNews):
    """The parcel has left, or was handed over in the shop."""


@dataclass(frozen=True, kw_only=True)
class ShipmentInTransit(ParcelNews):
    """The carrier has reported where the parcel is."""


@dataclass(frozen=True, kw_only=True)
class ShipmentDelivered(ParcelNews):
    """The customer has the parcel."""


@dataclass(frozen=True, kw_only=True)
class ShipmentLost(ParcelNews):
    """The parcel is lost: staff decide whether to resend or to refund."""


@dataclass(frozen=True, kw_only=True)
class ShipmentReturned(ParcelNews):
    """The parcel came back without having arrived; its units lie on the shelf again."""


@dataclass(frozen=True, kw_only=True)
class ShipmentGivenUp(ParcelNews):
    """The units of an undelivered parcel are not resent: their worth is to be refunded."""

    number: str
    worth: str
    actor_id: str


@dataclass(frozen=True, kw_only=True)
class ShipmentResent(ParcelNews):
    """The units of an undelivered parcel are sold again and to be dispatched."""
