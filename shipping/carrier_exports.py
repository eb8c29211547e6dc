"""Parcels as a table for carriers that have no connection: each row is one label's worth."""

from collections.abc import Callable, Iterable
from io import StringIO
from types import SimpleNamespace

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from core.reports.tables import write_text
from shipping.waybills import Waybill


def _address(name: str) -> Callable[[Waybill], str]:
    return lambda bill: str(getattr(bill.address, name, ""))


# The columns of the file, for ever, with their headings for people and their values.
_CELLS: dict[str, tuple[StrOrPromise, Callable[[Waybill], object]]] = {
    "shipment": (_("shipment"), lambda bill: bill.parcel.number),
    "order": (_("order"), lambda bill: bill.order.number),
    "recipient": (_("recipient"), lambda bill: bill.recipient),
    # Spreadsheets would run the plus; carriers want digits.
    "phone": (_("phone"), lambda bill: bill.phone.removeprefix("+")),
    "document_type": (_("document"), lambda bill: bill.order.document_type),
    "document": (_("document number"), lambda bill: bill.order.document_number),
    "street": (_("street and number"), _address("street")),
    "reference": (_("reference"), _address("reference")),
    "district": (_("district"), _address("district")),
    "city": (_("city"), _address("city")),
    "region": (_("state or region"), _address("region")),
    "postal_code": (_("postal code"), _address("postal_code")),
    "country": (_("country"), _address("country")),
    "ubigeo": (_("ubigeo"), _address("ubigeo")),
    # Empty where a product has not been weighed.
    "weight_kg": (_("weight, kg"), lambda bill: bill.weight_kg),
    "units": (_("units"), lambda bill: bill.units),
    "declared_value": (_("declared value"), lambda bill: bill.value),
    "collect": (_("to collect"), lambda bill: bill.collect),
    "currency": (_("currency"), lambda bill: bill.order.currency),
    "method": (_("method"), lambda bill: bill.order.shipping_method_name),
    "carrier": (_("carrier"), lambda bill: bill.parcel.carried_by),
    "tracking_number": (_("tracking number"), lambda bill: bill.parcel.tracking_number),
}
COLUMNS = {name: heading for name, (heading, _value) in _CELLS.items()}


def written(waybills: Iterable[Waybill]) -> bytes:
    """The file."""
    file = StringIO()
    rows = (
        SimpleNamespace(**{name: value(bill) for name, (_heading, value) in _CELLS.items()})
        for bill in waybills
    )
    write_text(COLUMNS, rows, "csv", file)
    return file.getvalue().encode()
