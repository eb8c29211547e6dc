from shipping.models.method import Carrier, MethodKind, ShippingMethod, ShippingRate, Zone
from shipping.models.shipment import Shipment, ShipmentEvent, ShipmentItem

__all__ = [
    "Carrier",
    "MethodKind",
    "Shipment",
    "ShipmentEvent",
    "ShipmentItem",
    "ShippingMethod",
    "ShippingRate",
    "Zone",
]
