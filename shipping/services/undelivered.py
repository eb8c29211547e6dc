"""Undelivered parcels: staff resend or refund their units."""

from collections import Counter
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.money import ZERO
from inventory import services as inventory
from inventory.selectors import units_to_dispatch
from orders import fulfilment
from orders.allocations import worth_of_last
from outbox.services import publish
from shipping import parcels
from shipping.events import ShipmentGivenUp, ShipmentResent
from shipping.exceptions import AlreadyDecided, NotOnItsWay
from shipping.models import Shipment
from shipping.services import packing, planning
from shipping.states import NOT_ARRIVED, Decision, ShipmentStatus


@transaction.atomic
def resend(shipment_id: UUID, *, actor_id: UUID | None) -> None:
    """
    Sell the customer the same units again at no cost, and plan their parcel.

    :raises NotOnItsWay: if the parcel is neither lost nor back
    :raises AlreadyDecided: if they were resent or refunded before
    :raises MayNotShip: if the order is not to be sent now
    :raises OutOfStock: if there are not as many units: refund it instead
    """
    parcel = _undecided(shipment_id)
    packing.check_may_ship(parcel.order)
    wanted = parcels.units_in([parcel])[parcel.pk]
    for (variant_id, _warehouse_id), number in units_to_dispatch(parcel.order_id).items():
        wanted[variant_id] += number
    inventory.change_sale(order=parcel.order_id, quantities=Counter(wanted), actor_id=actor_id)
    _decide(parcel, Decision.RESEND, actor_id)
    fulfilment.count_open_again(parcel.order_id, parcels.lines_in(parcel))
    planning.plan(parcel.order_id)
    publish(ShipmentResent(shipment_id=str(parcel.pk), order_id=str(parcel.order_id)))


@transaction.atomic
def give_up(shipment_id: UUID, *, actor_id: UUID | None) -> None:
    """
    Cancel the units; the amount paid for them is to be refunded.

    :raises NotOnItsWay: if the parcel is neither lost nor back
    :raises AlreadyDecided: if they were resent or refunded before
    """
    parcel = _undecided(shipment_id)
    _decide(parcel, Decision.REFUND, actor_id)
    worth = _worth(parcel)
    is_back = parcel.status == ShipmentStatus.RETURNED
    fulfilment.count_given_up(parcel.order_id, parcels.lines_in(parcel), is_back=is_back)
    publish(
        ShipmentGivenUp(
            shipment_id=str(parcel.pk),
            order_id=str(parcel.order_id),
            number=parcel.number,
            worth=str(worth),
            actor_id=str(actor_id or ""),
        )
    )


def _undecided(shipment_id: UUID) -> Shipment:
    parcel = planning.lock(shipment_id)
    if parcel.decision:
        raise AlreadyDecided(_("It was decided before: %s.") % parcel.get_decision_display())
    if parcel.status not in NOT_ARRIVED:
        raise NotOnItsWay(_("Only a parcel that is lost or came back is sent again or refunded."))
    return parcel


def _worth(parcel: Shipment) -> Decimal:
    """The amount paid for the units; with the delivery fee, if nothing else comes with it."""
    lines = {line.pk: line for line in parcel.order.lines.all()}
    units = parcels.lines_in(parcel)
    worth = sum(
        (worth_of_last(lines[key], number, parcel.order) for key, number in units.items()), ZERO
    )
    left = sum(line.quantity - line.cancelled_quantity for line in lines.values())
    return worth if left > sum(units.values()) else worth + parcel.order.shipping_total


def _decide(parcel: Shipment, decision: Decision, actor_id: UUID | None) -> None:
    parcel.decision = decision
    parcel.save(update_fields=["decision"])
    parcel.record_event(actor_id, note=str(decision.label))
