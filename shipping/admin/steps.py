"""The steps of a parcel, as the buttons of its page take them."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.seller_admin import person
from accounts.workflow_admin import Step
from inventory.models import WarehouseKind
from shipping.exceptions import WrongCode, WrongUnits
from shipping.forms import (
    CodeForm,
    DetailsForm,
    JoinForm,
    SeenForm,
    SendForm,
    SplitForm,
    first_error,
)
from shipping.models import Shipment
from shipping.services import packing, pickup_counter, planning, sending, tracking, undelivered
from shipping.services.dispatching import IS_FETCHED, dispatch_one
from shipping.states import STILL_HERE, ShipmentStatus

FormT = TypeVar("FormT", bound=forms.BaseForm)
# Staff decide about losses; sellers record what happens to their own parcels.
DECISIONS = ("resend", "give-up")


def _step(service: Callable[..., object], done: StrOrPromise) -> Step:
    """A step that asks for nothing."""

    def take(request: HttpRequest, parcel: Shipment) -> str:
        service(parcel.pk, actor_id=person(request).pk)
        return str(done)

    return take


def send(request: HttpRequest, parcel: Shipment) -> str:
    if parcel.is_pickup:
        raise WrongCode(IS_FETCHED)
    form = _valid(SendForm(parcel, request.POST))
    carrier = form.cleaned_data["carrier"]
    label = {
        "carrier_id": carrier.pk if carrier else None,
        "tracking_number": form.cleaned_data["tracking_number"],
    }
    if parcel.status == ShipmentStatus.PENDING:
        waits = sending.pack_and_send_one(parcel.pk, actor_id=person(request).pk, **label)
        if waits:
            return waits
    else:
        dispatch_one(parcel.pk, actor_id=person(request).pk, **label)
    return gettext("The parcel is on its way. The customer gets a mail.")


def hand_over(request: HttpRequest, parcel: Shipment) -> str:
    code = _valid(CodeForm(request.POST)).cleaned_data["code"]
    pickup_counter.hand_over(parcel.pk, code, actor_id=person(request).pk)
    return gettext("The parcel is handed over.")


def split(request: HttpRequest, parcel: Shipment) -> str:
    form = _valid(SplitForm(parcel, request.POST))
    return gettext("Taken out into %s.") % planning.regroup(
        parcel.pk, form.units(), person(request).pk
    )


def join(request: HttpRequest, parcel: Shipment) -> str:
    chosen = _valid(JoinForm(parcel, request.POST)).cleaned_data["parcels"]
    keys = [parcel.pk, *(each.pk for each in chosen)]
    return gettext("All of it is in %s now.") % planning.merge_parcels(keys, person(request).pk)


def seen(request: HttpRequest, parcel: Shipment) -> str:
    data = _valid(SeenForm(request.POST)).cleaned_data
    tracking.note_transit(parcel.pk, actor_id=person(request).pk, **data)
    return gettext("It is written down where the parcel is.")


def details(request: HttpRequest, parcel: Shipment) -> str:
    form = _valid(DetailsForm(request.POST, instance=parcel))
    tracking.note_details(parcel.pk, **form.cleaned_data)
    return gettext("Saved: %s.") % parcel


STEPS: dict[str, Step] = {
    "pack": _step(packing.pack, _("The parcel is packed.")),
    "unpack": _step(packing.unpack, _("The parcel is open again.")),
    "send": send,
    "hand-over": hand_over,
    "split": split,
    "join": join,
    "seen": seen,
    "details": details,
    "deliver": _step(tracking.deliver, _("The parcel has arrived. The customer gets a mail.")),
    "lose": _step(
        tracking.lose, _("The parcel is lost: decide whether to send it again or to refund it.")
    ),
    "bring-back": _step(tracking.bring_back, _("The parcel’s units are on the shelf again.")),
    "resend": _step(undelivered.resend, _("The units are in a new parcel, to be packed.")),
    "give-up": _step(
        undelivered.give_up, _("The units are not sent again: their refund waits for approval.")
    ),
}


def steps_of(parcel: Shipment) -> list[str]:
    """The possible steps of the parcel, the likeliest first."""
    under_way = ["deliver", "seen", "lose", "bring-back"]
    decisions = [] if parcel.decision else list(DECISIONS)
    # Pickup parcels get their code when packed and leave when it is told.
    leave = [] if parcel.is_pickup else ["send"]
    steps: dict[str, list[str]] = {
        ShipmentStatus.PENDING: [*leave, "pack", "split", "join"],
        ShipmentStatus.PACKED: [*(leave or ["hand-over"]), "unpack"],
        ShipmentStatus.SHIPPED: under_way,
        ShipmentStatus.IN_TRANSIT: under_way,
        ShipmentStatus.LOST: [*decisions, "deliver", "bring-back"],
        ShipmentStatus.RETURNED: decisions,
    }
    waits = parcel.status in STILL_HERE
    if waits and parcel.warehouse.kind == WarehouseKind.DROPSHIPPING:
        return []
    return steps.get(parcel.status, [])


def _valid(form: FormT) -> FormT:
    """:raises WrongUnits: with the form's first fault"""
    if not form.is_valid():
        raise WrongUnits(first_error(form))
    return form
