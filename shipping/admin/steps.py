"""The steps of a parcel, as the buttons of its page take them."""

from typing import TypeVar
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.seller_admin import person
from inventory.models import WarehouseKind
from shipping.exceptions import WrongCode, WrongUnits
from shipping.forms import CodeForm, DetailsForm, JoinForm, SeenForm, SendForm, SplitForm
from shipping.models import Shipment
from shipping.services import packing, pickup_counter, planning, tracking, undelivered
from shipping.services.dispatching import IS_FETCHED, dispatch_one
from shipping.states import ShipmentStatus

FormT = TypeVar("FormT", bound=forms.BaseForm)
# Staff decide about losses; sellers record what happens to their own parcels.
DECISIONS = ("resend", "give-up")


def pack(request: HttpRequest, parcel: Shipment) -> str:
    packing.pack(parcel.pk, _actor(request))
    return _("The parcel is packed.")


def unpack(request: HttpRequest, parcel: Shipment) -> str:
    packing.unpack(parcel.pk, _actor(request))
    return _("The parcel is open again.")


def send(request: HttpRequest, parcel: Shipment) -> str:
    if parcel.is_pickup:
        raise WrongCode(IS_FETCHED)
    form = _valid(SendForm(parcel, request.POST))
    carrier = form.cleaned_data["carrier"]
    dispatch_one(
        parcel.pk,
        actor_id=_actor(request),
        carrier_id=carrier.pk if carrier else None,
        tracking_number=form.cleaned_data["tracking_number"],
    )
    return _("The parcel is on its way. The customer gets a mail.")


def hand_over(request: HttpRequest, parcel: Shipment) -> str:
    code = _valid(CodeForm(request.POST)).cleaned_data["code"]
    pickup_counter.hand_over(parcel.pk, code, actor_id=_actor(request))
    return _("The parcel is handed over.")


def split(request: HttpRequest, parcel: Shipment) -> str:
    form = _valid(SplitForm(parcel, request.POST))
    return _("Taken out into %s.") % planning.regroup(parcel.pk, form.units(), _actor(request))


def join(request: HttpRequest, parcel: Shipment) -> str:
    chosen = _valid(JoinForm(parcel, request.POST)).cleaned_data["parcels"]
    keys = [parcel.pk, *(each.pk for each in chosen)]
    return _("All of it is in %s now.") % planning.merge_parcels(keys, _actor(request))


def seen(request: HttpRequest, parcel: Shipment) -> str:
    data = _valid(SeenForm(request.POST)).cleaned_data
    tracking.note_transit(parcel.pk, actor_id=_actor(request), **data)
    return _("It is written down where the parcel is.")


def details(request: HttpRequest, parcel: Shipment) -> str:
    form = _valid(DetailsForm(request.POST, instance=parcel))
    tracking.note_details(parcel.pk, **form.cleaned_data)
    return _("Saved: %s.") % parcel


def deliver(request: HttpRequest, parcel: Shipment) -> str:
    tracking.deliver(parcel.pk, actor_id=_actor(request))
    return _("The parcel has arrived. The customer gets a mail.")


def lose(request: HttpRequest, parcel: Shipment) -> str:
    tracking.lose(parcel.pk, actor_id=_actor(request))
    return _("The parcel is lost: decide whether to send it again or to refund it.")


def bring_back(request: HttpRequest, parcel: Shipment) -> str:
    tracking.bring_back(parcel.pk, actor_id=_actor(request))
    return _("The parcel’s units are on the shelf again.")


def resend(request: HttpRequest, parcel: Shipment) -> str:
    undelivered.resend(parcel.pk, actor_id=_actor(request))
    return _("The units are in a new parcel, to be packed.")


def give_up(request: HttpRequest, parcel: Shipment) -> str:
    undelivered.give_up(parcel.pk, actor_id=_actor(request))
    return _("The units are not sent again: their refund waits for approval.")


STEPS = {
    "pack": pack,
    "unpack": unpack,
    "send": send,
    "hand-over": hand_over,
    "split": split,
    "join": join,
    "seen": seen,
    "details": details,
    "deliver": deliver,
    "lose": lose,
    "bring-back": bring_back,
    "resend": resend,
    "give-up": give_up,
}


def steps_of(parcel: Shipment) -> list[str]:
    """What makes sense for the parcel now, the likeliest first."""
    under_way = ["deliver", "seen", "lose", "bring-back"]
    decisions = [] if parcel.decision else list(DECISIONS)
    # Pickup parcels get their code when packed and leave when it is told.
    leave = [] if parcel.is_pickup else ["send"]
    steps: dict[str, list[str]] = {
        ShipmentStatus.PENDING: ["pack", *leave, "split", "join"],
        ShipmentStatus.PACKED: [*(leave or ["hand-over"]), "unpack"],
        ShipmentStatus.SHIPPED: under_way,
        ShipmentStatus.IN_TRANSIT: under_way,
        ShipmentStatus.LOST: [*decisions, "deliver", "bring-back"],
        ShipmentStatus.RETURNED: decisions,
    }
    waits = parcel.status in (ShipmentStatus.PENDING, ShipmentStatus.PACKED)
    if waits and parcel.warehouse.kind == WarehouseKind.DROPSHIPPING:
        return []
    return steps.get(parcel.status, [])


def _actor(request: HttpRequest) -> UUID:
    return UUID(str(person(request).pk))


def _valid(form: FormT) -> FormT:
    """
    The form, if it is.

    :raises WrongUnits: with its first fault
    """
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form[name].label if name in form.fields else ""
        raise WrongUnits(f"{label}: {errors[0]}".removeprefix(": "))
    return form
