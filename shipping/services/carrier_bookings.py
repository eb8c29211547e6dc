"""Requests to carriers with an API: never inside a transaction."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.money import quantize
from orders import services as orders
from orders.models import OrderEventKind
from shipping import carriers
from shipping.carriers.base import (
    Booking,
    CarrierApi,
    CarrierRefused,
    CarrierUnavailable,
    Consignment,
    Recipient,
    Sighting,
    understood,
)
from shipping.models import Shipment
from shipping.quotes import GRAM, load_of
from shipping.services import planning, tracking
from shipping.states import ON_ITS_WAY, ShipmentStatus
from shipping.waybills import waybills

MAX_LABEL = 5 * 1024 * 1024
MAX_NUMBER = 100
PDF = b"%PDF-"
# In a parcel's metadata: the packing that the carrier has answered, and the sightings it has told.
ANSWERED, TOLD = "carrier_answered", "carrier_told"


def book(shipment_id: UUID) -> None:
    """
    Book a packed parcel at its carrier; store the number, the label and the cost. Idempotent.

    A refusal is noted in the order's timeline, and retried when the parcel is opened and packed
    again; a booked parcel is then booked again only if something differs.

    :raises CarrierUnavailable: if the outcome is unknown: retry
    """
    parcel = Shipment.objects.select_related("order", "carrier").get(pk=shipment_id)
    api, packing = _api(parcel), _packing(parcel)
    if api is None or not _is_to_book(parcel, packing):
        return
    try:
        consignment = _consignment(parcel)
        with understood():
            booking = _checked(api.book(consignment))
    except CarrierRefused as refusal:
        _store_refusal(parcel, packing, str(refusal))
        return
    _store_booking(parcel, packing, booking)


def update_tracking(shipment_id: UUID) -> None:
    """
    Fetch a parcel's sightings from its carrier, and record the new ones. Idempotent.

    :raises CarrierUnavailable: if it cannot say
    """
    parcel = Shipment.objects.select_related("carrier").get(pk=shipment_id)
    api = _api(parcel)
    if api is None or not parcel.tracking_number:
        return
    try:
        with understood():
            seen = sorted(api.track(parcel.tracking_number), key=lambda each: each.at)
    except CarrierRefused as refusal:
        raise CarrierUnavailable(str(refusal)) from refusal
    _write(parcel.pk, seen)


def awaits_booking(shipment_id: UUID) -> bool:
    """Whether the packed parcel's carrier is still to be asked for its label. Two queries."""
    parcel = Shipment.objects.select_related("carrier").get(pk=shipment_id)
    return _api(parcel) is not None and _is_to_book(parcel, _packing(parcel))


def _is_to_book(parcel: Shipment, packing: str) -> bool:
    """Whether it is packed, for a carrier, and neither booked nor sent by hand."""
    if parcel.status != ShipmentStatus.PACKED or parcel.is_pickup:
        return False
    answered = parcel.metadata.get(ANSWERED)
    has_number_by_hand = answered is None and parcel.tracking_number
    return answered != packing and not has_number_by_hand


def _awaits_answer(parcel: Shipment, packing: str) -> bool:
    """Whether the locked parcel is still packed as it was announced. 1 query."""
    return _is_to_book(parcel, packing) and _packing(parcel) == packing


def _packing(parcel: Shipment) -> str:
    """The key of the latest packing of the parcel. 1 query."""
    packed = parcel.events.filter(status=ShipmentStatus.PACKED).order_by("-pk")
    return str(packed.values_list("pk", flat=True).first())


def _api(parcel: Shipment) -> CarrierApi | None:
    return carriers.find(parcel.carrier.integration) if parcel.carrier else None


def _consignment(parcel: Shipment) -> Consignment:
    """
    The parcel as sent to the carrier; equal parcels have equal keys.

    :raises CarrierRefused: if the address is missing
    """
    (bill,) = waybills(Shipment.objects.filter(pk=parcel.pk))
    if bill.address is None:
        raise CarrierRefused(_("the order has no address"))
    names = ("phone", "street", "reference", "district", "city", "region", "postal_code", "ubigeo")
    load = load_of((item.line.variant, item.quantity) for item in bill.parcel.items.all())
    found = Consignment(
        key=str(parcel.pk),
        reference=parcel.number,
        order_number=bill.order.number,
        recipient=Recipient(
            name=bill.recipient,
            country=str(bill.address.country),
            **{name: getattr(bill.address, name) for name in names},
        ),
        weight_kg=(bill.weight_kg or load.weight_kg).quantize(GRAM),
        volume_cm3=load.volume_cm3,
        value=bill.value,
        collect=bill.collect,
        currency=bill.order.currency,
    )
    return replace(found, key=f"{parcel.pk}-{sha256(repr(found).encode()).hexdigest()[:16]}")


def _checked(booking: Booking) -> Booking:
    """:raises CarrierUnavailable: if the answer does not match the request"""
    number, label = booking.tracking_number.strip(), booking.label
    if not 0 < len(number) <= MAX_NUMBER or not number.isprintable():
        raise CarrierUnavailable("The answer has no tracking number.")
    if label and (not label.startswith(PDF) or len(label) > MAX_LABEL):
        raise CarrierUnavailable("The label is no PDF of a sensible size.")
    if booking.cost is not None and not 0 <= booking.cost < Decimal(10) ** 9:
        raise CarrierUnavailable("The cost is no amount.")
    return booking


def _store_booking(asked: Shipment, packing: str, booking: Booking) -> None:
    """Write the booking on the parcel, if it is still packed as it was announced."""
    label = _store_label(asked, booking.label) if booking.label else ""
    number = booking.tracking_number.strip()
    with transaction.atomic():
        parcel = planning.lock(asked.pk)
        if not _awaits_answer(parcel, packing):
            return
        if _is_taken(parcel, number):
            _refuse(parcel, packing, _("the number %s is another parcel’s") % number)
            return
        parcel.tracking_number, parcel.label = number, label
        if booking.cost is not None:
            parcel.cost = quantize(booking.cost, parcel.order.currency)
        parcel.metadata[ANSWERED] = packing
        parcel.save(update_fields=["tracking_number", "label", "cost", "metadata"])


def _store_label(parcel: Shipment, label: bytes) -> str:
    """The name of the label in its storage, which may be on another machine."""
    name = parcel.label.field.generate_filename(parcel, f"{parcel.pk}.pdf")
    return str(parcel.label.storage.save(name, ContentFile(label)))


def _is_taken(parcel: Shipment, number: str) -> bool:
    others = Shipment.objects.filter(carrier=parcel.carrier, tracking_number=number)
    return others.exclude(pk=parcel.pk).exists()


@transaction.atomic
def _store_refusal(asked: Shipment, packing: str, reason: str) -> None:
    parcel = planning.lock(asked.pk)
    if _awaits_answer(parcel, packing):
        _refuse(parcel, packing, reason)


def _refuse(parcel: Shipment, packing: str, reason: str) -> None:
    parcel.metadata[ANSWERED] = packing
    parcel.save(update_fields=["metadata"])
    text = _("%(carrier)s does not take %(shipment)s: %(reason)s. Mend it and pack it again.")
    note = text % {"carrier": parcel.carrier, "shipment": parcel, "reason": _plain(reason)[:120]}
    orders.record(
        parcel.order_id,
        OrderEventKind.NOTE,
        note=note[:255],
        details={"shipment": str(parcel.pk)},
        is_public=False,
    )


@transaction.atomic
def _write(shipment_id: UUID, seen: Sequence[Sighting]) -> None:
    parcel = planning.lock(shipment_id)
    if parcel.status not in ON_ITS_WAY:
        return
    known: list[str] = parcel.metadata.setdefault(TOLD, [])
    for each in seen:
        if each.reference in known:
            continue
        known.append(each.reference)
        if each.is_delivered:
            tracking.deliver(shipment_id, actor_id=None, note=_plain(each.note))
            break
        place, note = _plain(each.place), _plain(each.note)
        tracking.note_transit(shipment_id, actor_id=None, place=place, note=note)
    parcel.save(update_fields=["metadata"])


def _plain(text: str) -> str:
    """Without characters that PostgreSQL cannot store."""
    return "".join(sign for sign in text if sign.isprintable())
