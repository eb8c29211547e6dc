"""What waits for somebody at an order and is done on another page: each a link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import is_seller
from backoffice.orders.selectors import OrderFile
from orders.models import Order
from payments.states import DISPUTES_OPEN, RefundState
from returns.states import ReturnStatus
from shipping.states import ShipmentStatus


@dataclass(frozen=True, kw_only=True)
class Action:
    """A page on which something waits to be done, and what."""

    label: str
    page: str


def actions_of(order: Order, file: OrderFile, user: User) -> list[Action]:
    """
    What this person may do elsewhere for the order, the most pressing first: one of each kind.

    The order's money must have been read. 1 query, for the person's permissions.
    """
    payments = file.payments
    disputes = [(d.state, d.reference, d) for each in payments for d in each.disputes.all()]
    refunds = [(each.state, each.number, each) for each in file.refunds]
    returns = [(each.status, each.number, each) for each in file.returns]
    parcels = [(each.status, each.number, each) for each in file.shipments if order.may_ship]
    may_ship = user.has_perm("shipping.change_shipment") or is_seller(user)
    answer, decide = _("Answer the dispute %(name)s"), _("Decide on the refund %(name)s")
    of_return = {
        ReturnStatus.REQUESTED: _("Answer the return %(name)s"),
        ReturnStatus.APPROVED: _("Receive the return %(name)s"),
        ReturnStatus.RECEIVED: _("Settle the return %(name)s"),
    }
    of_parcel = {
        ShipmentStatus.PACKED: _("Send the parcel %(name)s"),
        ShipmentStatus.PENDING: _("Pack the parcel %(name)s"),
    }
    found: list[tuple[bool, list[Any], Mapping[Any, str]]] = [
        (user.has_perm("payments.view_dispute"), disputes, dict.fromkeys(DISPUTES_OPEN, answer)),
        (user.has_perm("payments.change_refund"), refunds, {RefundState.REQUESTED: decide}),
        (user.has_perm("returns.change_return"), returns, of_return),
        (may_ship, parcels, of_parcel),
    ]
    actions = [_first(rows, labels) for may, rows, labels in found if may]
    return [action for action in actions if action]


def _first(rows: Iterable[tuple[str, str, Any]], labels: Mapping[Any, str]) -> Action | None:
    """The first of these (state, name, row) in a state that somebody has to act on."""
    for state, name, row in rows:
        if label := labels.get(state):
            page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
            return Action(label=label % {"name": name}, page=reverse(page, args=[row.pk]))
    return None
