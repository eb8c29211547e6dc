"""Pickup in the shop: a code for the buyer, the parcel in exchange for the code."""

import secrets
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.web import throttle
from shipping.exceptions import WrongCode
from shipping.models import Shipment
from shipping.models.shipment import ShipmentQuerySet
from shipping.services import dispatching, planning
from shipping.states import ShipmentStatus

DIGITS = 8  # short enough to say and type; rate limits prevent guessing
MAX_WRONG_CODES, IN_SECONDS = 20, 600


@transaction.atomic
def give_code(shipment_id: UUID) -> None:
    """Give a packed parcel for pickup its code. Idempotent."""
    parcel = planning.lock(shipment_id)
    if parcel.status == ShipmentStatus.PACKED and parcel.is_pickup and not parcel.pickup_code:
        parcel.pickup_code = _new_code()
        parcel.save(update_fields=["pickup_code"])


def find_by_code(code: str, parcels: ShipmentQuerySet, *, actor_id: UUID) -> Shipment:
    """
    The parcel with this code that waits at the counter, out of these. 1 query.

    :raises WrongCode: if there is none, with the parcel's status; or after too many wrong codes
    """
    name = f"pickup:{actor_id}"
    if throttle.is_over(name, most=MAX_WRONG_CODES):
        raise WrongCode(_("Too many wrong codes: wait ten minutes, or look for the order."))
    try:
        return _found(code, parcels)
    except WrongCode:
        throttle.allows(name, most=MAX_WRONG_CODES, seconds=IN_SECONDS)
        raise


def hand_over(shipment_id: UUID, code: str, *, actor_id: UUID) -> None:
    """
    Hand the parcel to the bearer of its code: it is dispatched and delivered.

    :raises WrongCode: as `find_by_code` does
    :raises DomainError: as `dispatching.dispatch_one` does
    """
    parcels = Shipment.objects.filter(pk=shipment_id)
    find_by_code(code, parcels, actor_id=actor_id)
    with transaction.atomic():
        planning.lock(shipment_id)
        _found(code, parcels.all())
        dispatching.dispatch_one(shipment_id, actor_id=actor_id)


def _found(code: str, parcels: ShipmentQuerySet) -> Shipment:
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


def _new_code() -> str:
    """A code that no parcel has had before."""
    while True:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if not Shipment.objects.filter(pickup_code=code).exists():
            return code
