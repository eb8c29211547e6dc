"""A change of an order that is not paid, taken back: a change the other way, for the old total."""

from collections import Counter
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from checkout import editing
from checkout.editing import Change
from checkout.exceptions import ChangeRefused, OrderHasChanged
from core.formats import money
from orders.models import AddressKind, Order
from orders.new_orders import NewAddress
from orders.states import OrderStatus


class LineFacts(TypedDict):
    variant: str
    units: int


class OrderFacts(TypedDict):
    """What an order was: enough to see whether it still is so, and to make it so again."""

    lines: dict[str, LineFacts]
    shipping: str
    address: dict[str, str]
    total: str


def facts_of(order_id: UUID) -> OrderFacts:
    """3 queries."""
    order = Order.objects.get(pk=order_id)
    address = order.addresses.filter(kind=AddressKind.SHIPPING).first()
    names = NewAddress.__dataclass_fields__
    return {
        "lines": {
            str(line.pk): {"variant": str(line.variant_id), "units": line.quantity}
            for line in order.lines.order_by("pk")
        },
        "shipping": order.shipping_method_code,
        "address": {name: str(getattr(address, name)) for name in names} if address else {},
        "total": str(order.total),
    }


@transaction.atomic
def take_back(order_id: UUID, before: OrderFacts, after: OrderFacts, *, actor_id: UUID) -> None:
    """
    Make the order what it was before a change.

    :raises OrderHasChanged: if it is not what that change made of it, or was paid since
    :raises ChangeRefused: if it cannot be that any more, or would cost something else today
    """
    order = Order.objects.locked().get(pk=order_id)
    if order.status != OrderStatus.PENDING or facts_of(order_id) != after:
        raise OrderHasChanged(_("The order has changed in the meantime."))
    change = _the_other_way(before, after)
    found = editing.preview(order, change)
    if str(found.after.total) != before["total"]:
        raise ChangeRefused(
            _("It would cost %(amount)s today, not what it cost before: change it by hand.")
            % {"amount": money(found.after.total, order.currency)}
        )
    editing.apply(order_id, change, seen=found.version, actor_id=actor_id)


def _the_other_way(before: OrderFacts, after: OrderFacts) -> Change:
    """Lines that are gone come back as new ones of the same variants."""
    was, is_now = before["lines"], after["lines"]
    quantities = {key: was[key]["units"] if key in was else 0 for key in is_now}
    added: Counter[UUID] = Counter()
    for key in was.keys() - is_now.keys():
        added[UUID(was[key]["variant"])] += was[key]["units"]
    has_moved = before["address"] != after["address"] and before["address"]
    return Change(
        quantities=quantities,
        added=added,
        address=NewAddress(**before["address"]) if has_moved else None,
        shipping=before["shipping"] if before["shipping"] != after["shipping"] else "",
    )
