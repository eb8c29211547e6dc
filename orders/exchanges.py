"""Other units in the place of those that came back, at the same money."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from catalog.models import Variant
from catalog.services import add_sold
from core.ids import uuid7
from core.money import ZERO
from orders import fulfilment, selectors, services
from orders.allocations import Share, as_json, shares_of
from orders.events import OrderChanged
from orders.models import Order, OrderDiscount, OrderEventKind, OrderLine
from orders.pictures import note_pictures
from orders.states import OrderStatus
from outbox.services import publish


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """What comes instead of some units of a line: `places` says which units those were."""

    line: OrderLine
    places: Sequence[int]
    variant: Variant
    options: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def exchange(
    order_id: UUID, replacements: Sequence[Replacement], *, reason: str, actor_id: UUID
) -> list[OrderLine]:
    """
    Move what was paid for units onto new lines with others; the order costs what it cost.

    The old units bear a discount of all that they cost, with the reason; the new ones their price,
    discount and tax, so that giving all units of the order back still gives what was paid for it.
    Stock is not touched: the caller takes it in the same transaction. Says OrderChanged.
    """
    order = Order.objects.locked().get(pk=order_id)
    before = Counter(selectors.units_to_move(order_id))
    place = order.lines.aggregate(last=Max("position"))["last"]
    added = [
        _replace(order, each, place + number, reason)
        for number, each in enumerate(replacements, start=1)
    ]
    moved = sum((line.amount for line in added), ZERO)
    order.subtotal += moved
    order.discount_total += moved
    order.save(update_fields=["subtotal", "discount_total"])
    add_sold(Counter(selectors.units_to_move(order_id)) - before)
    if order.status == OrderStatus.COMPLETED:
        services.reopen(order_id, actor_id=actor_id)
    fulfilment.follow(order_id)
    _tell(order, added, reason, actor_id)
    return added


def _replace(order: Order, new: Replacement, position: int, reason: str) -> OrderLine:
    old = OrderLine.objects.get(pk=new.line.pk)
    shares = shares_of(old, order.currency)
    moved = [shares[place] for place in new.places]
    discount = sum((share.discount for share in moved), ZERO)
    tax = sum((share.tax for share in moved), ZERO)
    worth = old.unit_price * len(moved) - discount
    for place in new.places:
        shares[place] = Share(old.unit_price, ZERO)
    old.discount, old.tax, old.total = old.discount + worth, old.tax - tax, old.total - worth
    old.unit_allocations = as_json(shares)
    old.save(update_fields=["discount", "tax", "total", "unit_allocations"])
    added = OrderLine(
        id=uuid7(),
        order=order,
        variant=new.variant,
        seller_id=old.seller_id,
        position=position,
        name=old.name,
        sku=new.variant.sku,
        options=new.options,
        warranty_months=new.variant.warranty_months,
        quantity=len(moved),
        list_price=old.list_price,
        unit_price=old.unit_price,
        discount=discount,
        tax_rate=old.tax_rate,
        tax=tax,
        total=worth,
        unit_allocations=as_json(moved),
    )
    note_pictures([added])
    added.save(force_insert=True)
    _explain(order, old, worth, reason)
    _explain(order, added, discount, reason)
    return added


def _explain(order: Order, line: OrderLine, amount: Decimal, reason: str) -> None:
    if amount:
        OrderDiscount.objects.create(order=order, line=line, reason=reason, amount=amount)


def _tell(order: Order, added: Sequence[OrderLine], reason: str, actor_id: UUID) -> None:
    """In the shape that a change of the order has in its timeline."""
    key = str(uuid7())
    total = str(order.total)
    details: dict[str, Any] = {
        "change": key,
        "exchange": reason,
        "lines": [
            {"sku": line.sku, "name": line.name, "before": 0, "after": line.quantity}
            for line in added
        ],
        "delivery": {"before": order.shipping_method_name, "after": order.shipping_method_name},
        "has_moved": False,
        "total": {"before": total, "after": total},
        "to_pay": "0.00",
        "to_give_back": "0.00",
    }
    services.record(
        order.pk, OrderEventKind.EDITED, actor_id=actor_id, note=reason, details=details
    )
    publish(OrderChanged(order_id=str(order.pk), change=key))
