"""What is fetched in the shop: a code for its buyer, and the parcel for the code."""

import secrets
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shipping.exceptions import WrongCode
from shipping.models import Shipment
from shipping.models.shipment import ShipmentQuerySet
from shipping.services import dispatching, planning
from shipping.states import ShipmentStatus

DIGITS = 8  # said in two breaths, typed on any keyboard; nobody has enough tries to guess one


@transaction.atomic
def give_code(shipment_id: UUID) -> None:
    """Give a packed parcel that its buyer fetches the code for the counter. Twice is once."""
    parcel = planning.lock(shipment_id)
    if parcel.status == ShipmentStatus.PACKED and parcel.is_pickup and not parcel.pickup_code:
        parcel.pickup_code = _new_code()
        parcel.save(update_fields=["pickup_code"])


def waiting_under(code: str, parcels: ShipmentQuerySet) -> Shipment:
    """
    The one of these parcels that waits for who says this code. 1 query.

    :raises WrongCode: if none does, with what has become of it
    """
    digits = "".join(sign for sign in code if sign in "0123456789")
    parcel = parcels.filter(pickup_code=digits).exclude(pickup_code="").first()
    if parcel is None:
        raise WrongCode(_("No parcel has this code: have it read to you again, digit by digit."))
    if parcel.status == ShipmentStatus.PENDING:
        raise WrongCode(_("%s was opened again: pack it before it is handed over.") % parcel)
    if parcel.status != ShipmentStatus.PACKED:
        reason = _("%(shipment)s does not wait any more: it is %(status)s.")
        names = {"shipment": parcel, "status": parcel.get_status_display()}
        raise WrongCode(reason % names)
    return parcel


@transaction.atomic
def hand_over(shipment_id: UUID, code: str, *, actor_id: UUID | None) -> None:
    """
    Give the parcel to who says its code: it leaves the ledger, and has arrived.

    :raises WrongCode: if it is not the parcel's, or it does not wait
    :raises DomainError: as `dispatching.dispatch_one` does
    """
    planning.lock(shipment_id)
    waiting_under(code, Shipment.objects.filter(pk=shipment_id))
    dispatching.dispatch_one(shipment_id, actor_id=actor_id)


def _new_code() -> str:
    """One that no other parcel has ever had."""
    while True:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if not Shipment.objects.filter(pickup_code=code).exists():
            return code
