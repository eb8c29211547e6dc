"""An order's parcels as the shopper's pages draw them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from orders.models import Order
from orders.states import CALLED_OFF
from shipping.models import Shipment, ShipmentEvent
from shipping.parcels import shipments_of
from shipping.states import ShipmentStatus

_S = ShipmentStatus
TITLES: dict[str, StrOrPromise] = {
    _S.PENDING: _("Being prepared"),
    _S.PACKED: _("Packed"),
    _S.SHIPPED: _("On its way"),
    _S.IN_TRANSIT: _("In transit"),
    _S.DELIVERED: _("Delivered"),
    _S.RETURNED: _("It came back to us: we will write to you"),
    _S.LOST: _("We are looking for it and will write to you"),
}
PICKUP_TITLES: dict[str, StrOrPromise] = TITLES | {
    _S.PACKED: _("Ready for collection"),
    _S.DELIVERED: _("Handed over in the shop"),
}
_WAY = (_S.PENDING, _S.PACKED, _S.SHIPPED, _S.DELIVERED)
_PICKUP_WAY = (_S.PENDING, _S.PACKED, _S.DELIVERED)
_LEVELS = {_S.DELIVERED: "success", _S.LOST: "warning", _S.RETURNED: "warning"}


def parcels_of(order: Order) -> list[dict[str, Any]]:
    """
    Each parcel with its contents, its way so far and what is to come. Three queries.

    A cancelled order has none, although they are called off a moment after it.
    """
    # Dispatched units can be returned, but not cancelled.
    if order.status in CALLED_OFF:
        return []
    events = Prefetch("events", ShipmentEvent.objects.order_by("pk"))
    return [_drawn(parcel) for parcel in shipments_of(order).prefetch_related(events)]


def _drawn(parcel: Shipment) -> dict[str, Any]:
    titles = PICKUP_TITLES if parcel.is_pickup else TITLES
    return {
        "parcel": parcel,
        "title": titles[parcel.status],
        "level": _LEVELS.get(ShipmentStatus(parcel.status), "info"),
        "items": [(item.quantity, item.line) for item in parcel.items.all()],
        "events": _steps(parcel, titles),
    }


def _steps(parcel: Shipment, titles: dict[str, StrOrPromise]) -> list[dict[str, Any]]:
    """The parcel's steps, done and to come. Notes are shown only where the carrier wrote them."""
    happened: list[dict[str, Any]] = [{"status": _S.PENDING, "at": parcel.created_at, "note": ""}]
    for event in parcel.events.all():
        is_way = event.status == _S.IN_TRANSIT
        note = " · ".join(filter(None, (event.place, event.note))) if is_way else ""
        row = {"status": event.status, "at": event.created_at, "note": note}
        # A parcel that was opened and packed again, or noted twice, tells its latest step once.
        happened = [step for step in happened if is_way or step["status"] != event.status]
        happened.append(row)
    done = [step for step in happened if step["status"] in titles]
    done = _without_detours(done, parcel)
    steps = [
        {**step, "title": titles[step["status"]], "done": True, "current": step is done[-1]}
        for step in done
    ]
    return steps + [
        {"title": titles[status], "at": None, "note": "", "done": False, "current": False}
        for status in _to_come(parcel)
    ]


def _without_detours(steps: Sequence[dict[str, Any]], parcel: Shipment) -> list[dict[str, Any]]:
    """A parcel that waits to be packed again has not been packed."""
    if parcel.status != _S.PENDING:
        return [step for step in steps if not (parcel.is_pickup and step["status"] == _S.SHIPPED)]
    return [step for step in steps if step["status"] == _S.PENDING][:1]


def _to_come(parcel: Shipment) -> list[ShipmentStatus]:
    """The steps that are left of the usual way; none where it has gone another."""
    way = _PICKUP_WAY if parcel.is_pickup else _WAY
    here = _S.SHIPPED if parcel.status == _S.IN_TRANSIT else _S(parcel.status)
    return list(way[way.index(here) + 1 :]) if here in way else []
