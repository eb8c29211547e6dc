from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Transitions


class ShipmentStatus(models.TextChoices):
    PENDING = "pending", _("to be packed")
    PACKED = "packed", _("packed")
    SHIPPED = "shipped", _("shipped")
    IN_TRANSIT = "in_transit", _("in transit")
    DELIVERED = "delivered", _("delivered")
    RETURNED = "returned", _("returned")
    LOST = "lost", _("lost")
    CANCELLED = "cancelled", _("cancelled")


STILL_HERE = (ShipmentStatus.PENDING, ShipmentStatus.PACKED)
ON_ITS_WAY = (ShipmentStatus.SHIPPED, ShipmentStatus.IN_TRANSIT)
NOT_ARRIVED = (ShipmentStatus.LOST, ShipmentStatus.RETURNED)


class Decision(models.TextChoices):
    """What becomes of the units of a parcel that did not arrive."""

    RESEND = "resend", _("sent again")
    REFUND = "refund", _("refunded")


_S = ShipmentStatus
SHIPMENT_TRANSITIONS: Transitions = {
    _S.PENDING: {_S.PACKED, _S.SHIPPED, _S.CANCELLED},
    _S.PACKED: {_S.PENDING, _S.SHIPPED, _S.CANCELLED},
    _S.SHIPPED: {_S.IN_TRANSIT, _S.DELIVERED, _S.RETURNED, _S.LOST},
    _S.IN_TRANSIT: {_S.DELIVERED, _S.RETURNED, _S.LOST},
    _S.LOST: {_S.DELIVERED, _S.RETURNED},
    _S.DELIVERED: {_S.RETURNED},
}
