"""Mails about parcels that wait for pickup."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.mail import message
from orders import links, services
from orders.exceptions import MailNotTrue
from orders.models import Order, OrderEventKind
from shipping.models import Shipment, ShippingMethod
from shipping.states import ShipmentStatus


class ParcelMail(models.TextChoices):
    """What a shopper is told of a parcel that waits."""

    READY = "ready", gettext_lazy("ready for collection")


@transaction.atomic
def send_ready(shipment_id: UUID) -> None:
    """Say where the parcel waits and by which code it is handed over: once for each."""
    order = Order.objects.locked().get(shipments=shipment_id)
    parcel = Shipment.objects.select_related("warehouse").get(pk=shipment_id)
    details = {"mail": ParcelMail.READY.value, "shipment": str(shipment_id)}
    sent = order.events.filter(kind=OrderEventKind.MAIL_SENT, details__contains=details)
    if not _waits(parcel) or sent.exists():
        return
    _queue(order, parcel)
    services.record(order.pk, OrderEventKind.MAIL_SENT, details=details, is_public=False)


def fitting(parcels: Iterable[Shipment]) -> list[ParcelMail]:
    """The mails that tell the truth about an order with these parcels now. No query."""
    return [ParcelMail.READY] if any(_waits(parcel) for parcel in parcels) else []


def preview(order: Order, name: ParcelMail) -> message.Written:
    """
    The mail about the parcel that waits longest, as the shopper would get it now; none is sent.

    :raises MailNotTrue: if no parcel waits
    """
    context = _context(order, _waiting(order)[0])
    return message.write(f"shipping/email/{name}", language=order.language, context=context)


@transaction.atomic
def resend(order_id: UUID, name: ParcelMail, *, actor_id: UUID) -> None:
    """
    Send the mail again, for each parcel that waits; the timeline says who did.

    :raises MailNotTrue: if no parcel waits
    """
    order = Order.objects.locked().get(pk=order_id)
    for parcel in _waiting(order):
        _queue(order, parcel)
    services.record(
        order_id,
        OrderEventKind.MAIL_SENT,
        actor_id=actor_id,
        note=str(name.label),
        details={"mail": name.value, "again": True},
        is_public=False,
    )


def _waits(parcel: Shipment) -> bool:
    return parcel.status == ShipmentStatus.PACKED and bool(parcel.pickup_code)


def _waiting(order: Order) -> list[Shipment]:
    parcels = order.shipments.select_related("warehouse").order_by("pk")
    waiting = [parcel for parcel in parcels if _waits(parcel)]
    if not waiting:
        raise MailNotTrue(_("This e-mail no longer matches the order."))
    return waiting


def _queue(order: Order, parcel: Shipment) -> None:
    message.queue(
        f"shipping/email/{ParcelMail.READY}",
        to=order.email,
        language=order.language,
        context=_context(order, parcel),
    )


def _context(order: Order, parcel: Shipment) -> dict[str, Any]:
    with translation.override(order.language):
        method = ShippingMethod.objects.filter(code=order.shipping_method_code).first()
        return {
            "order": order,
            "parcel": parcel,
            "place": parcel.warehouse,
            "hours": method.description if method else "",
            "items": list(parcel.items.select_related("line").order_by("line__position")),
            "link": message.absolute(links.order_link(order)),
        }
