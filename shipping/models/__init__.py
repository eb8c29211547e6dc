from shipping.models.method import Carrier, MethodKind, ShippingMethod, ShippingRate, Zone
from shipping.models.shipment import Shipment, ShipmentEvent, ShipmentItem
