"""What waits for somebody at an order and is done on another page: each a link."""

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
    found = [
        ("payments.view_dispute", _dispute(file)),
        ("payments.change_refund", _refund(file)),
        ("returns.change_return", _return(file)),
        ("shipping.change_shipment", _parcel(order, file)),
    ]
    return [
        action
        for right, action in found
        if action and (user.has_perm(right) or (right.startswith("shipping") and is_seller(user)))
    ]


def _dispute(file: OrderFile) -> Action | None:
    disputes = (dispute for payment in file.payments for dispute in payment.disputes.all())
    found = (
        _action(_("Answer the dispute %(name)s"), each, each.reference)
        for each in disputes
        if each.state in DISPUTES_OPEN
    )
    return next(found, None)


def _refund(file: OrderFile) -> Action | None:
    found = (
        _action(_("Decide on the refund %(name)s"), each, each.number)
        for each in file.refunds
        if each.state == RefundState.REQUESTED
    )
    return next(found, None)


def _return(file: OrderFile) -> Action | None:
    labels: dict[str, str] = {
        ReturnStatus.REQUESTED: _("Answer the return %(name)s"),
        ReturnStatus.APPROVED: _("Receive the return %(name)s"),
        ReturnStatus.RECEIVED: _("Settle the return %(name)s"),
    }
    found = (
        _action(labels[each.status], each, each.number)
        for each in file.returns
        if each.status in labels
    )
    return next(found, None)


def _parcel(order: Order, file: OrderFile) -> Action | None:
    labels: dict[str, str] = {
        ShipmentStatus.PACKED: _("Send the parcel %(name)s"),
        ShipmentStatus.PENDING: _("Pack the parcel %(name)s"),
    }
    if not order.may_ship:
        return None
    found = (
        _action(labels[each.status], each, each.number)
        for each in file.shipments
        if each.status in labels
    )
    return next(found, None)


def _action(label: str, row: Any, name: str) -> Action:
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return Action(label=label % {"name": name}, page=reverse(page, args=[row.pk]))
