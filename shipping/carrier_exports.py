"""Parcels as a table for carriers that have no connection: each row is one label's worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Self

from django.utils.translation import gettext_lazy as _

from core.reports.tables import write_text
from shipping.waybills import Waybill

# Of the file, for ever, with its heading for people.
COLUMNS = {
    "shipment": _("shipment"),
    "order": _("order"),
    "recipient": _("recipient"),
    "phone": _("phone"),
    "document_type": _("document"),
    "document": _("document number"),
    "street": _("street and number"),
    "reference": _("reference"),
    "district": _("district"),
    "city": _("city"),
    "region": _("state or region"),
    "postal_code": _("postal code"),
    "country": _("country"),
    "ubigeo": _("ubigeo"),
    "weight_kg": _("weight, kg"),
    "units": _("units"),
    "declared_value": _("declared value"),
    "collect": _("to collect"),
    "currency": _("currency"),
    "method": _("method"),
    "carrier": _("carrier"),
    "tracking_number": _("tracking number"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the file. Weight is empty where a product has not been weighed."""

    shipment: str
    order: str
    recipient: str
    phone: str
    document_type: str
    document: str
    street: str
    reference: str
    district: str
    city: str
    region: str
    postal_code: str
    country: str
    ubigeo: str
    weight_kg: Decimal | None
    units: int
    declared_value: Decimal
    collect: Decimal | None
    currency: str
    method: str
    carrier: str
    tracking_number: str

    @classmethod
    def of(cls, it: Waybill) -> Self:
        order, address = it.order, it.address
        return cls(
            shipment=it.parcel.number,
            order=order.number,
            recipient=it.recipient,
            # Spreadsheets would run the plus; carriers want digits.
            phone=it.phone.removeprefix("+"),
            document_type=order.document_type,
            document=order.document_number,
            street=address.street if address else "",
            reference=address.reference if address else "",
            district=address.district if address else "",
            city=address.city if address else "",
            region=address.region if address else "",
            postal_code=address.postal_code if address else "",
            country=str(address.country) if address else "",
            ubigeo=address.ubigeo if address else "",
            weight_kg=it.weight_kg,
            units=it.units,
            declared_value=it.value,
            collect=it.collect,
            currency=order.currency,
            method=order.shipping_method_name,
            carrier=it.parcel.carried_by,
            tracking_number=it.parcel.tracking_number,
        )


def written(waybills: Iterable[Waybill]) -> bytes:
    """The file."""
    file = StringIO()
    write_text(COLUMNS, [Row.of(it) for it in waybills], "csv", file)
    return file.getvalue().encode()
