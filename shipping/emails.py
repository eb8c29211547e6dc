"""What the shopper is written about a parcel that waits for him."""

from uuid import UUID

from django.db import transaction
from django.utils import translation

from core import mail
from orders import selectors, services
from orders.models import Order, OrderEventKind
from shipping.models import Shipment, ShippingMethod
from shipping.states import ShipmentStatus


@transaction.atomic
def send_ready(shipment_id: UUID) -> None:
    """Say where the parcel waits and by which code it is handed over: once for each."""
    order = Order.objects.locked().get(shipments=shipment_id)
    parcel = Shipment.objects.select_related("warehouse").get(pk=shipment_id)
    details = {"mail": "ready", "shipment": str(shipment_id)}
    sent = order.events.filter(kind=OrderEventKind.MAIL_SENT, details__contains=details)
    if parcel.status != ShipmentStatus.PACKED or not parcel.pickup_code or sent.exists():
        return
    with translation.override(order.language):
        method = ShippingMethod.objects.filter(code=order.shipping_method_code).first()
        context = {
            "order": order,
            "parcel": parcel,
            "place": parcel.warehouse,
            "hours": method.description if method else "",
            "items": list(parcel.items.select_related("line").order_by("line__position")),
            "link": mail.absolute(selectors.order_link(order)),
        }
    mail.queue("shipping/email/ready", to=order.email, language=order.language, context=context)
    services.record(order.pk, OrderEventKind.MAIL_SENT, details=details, is_public=False)
