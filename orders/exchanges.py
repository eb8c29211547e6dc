"""Exchange: units that came back are replaced by others for the same money."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from catalog.models import Variant
from catalog.services import add_sold
from core.money import ZERO
from orders import fulfilment, selectors, services
from orders.allocations import allocations_of
from orders.amounts import LINE_COLUMNS, NewLine, UnitAllocation
from orders.changes import ChangeJSON, record_change
from orders.models import Order, OrderDiscount, OrderLine
from orders.states import OrderStatus


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
    Move the amount paid for units to replacement lines; the order's total stays the same.

    The old units get a discount of their whole amount, with the reason; the new ones get their
    price, discount and tax, so that returning every unit still refunds exactly what was paid. The
    caller takes the stock in the same transaction. Publishes OrderChanged.
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
    fulfilment.update_fulfilment_status(order_id)
    record_change(order, _details(order, added, reason), actor_id=actor_id, note=reason)
    return added


def _replace(order: Order, new: Replacement, position: int, reason: str) -> OrderLine:
    old = OrderLine.objects.get(pk=new.line.pk)
    units = allocations_of(old, order.currency)
    moved = [units[place] for place in new.places]
    line = _line_of(old, new, moved)
    for place in new.places:
        units[place] = UnitAllocation(discount=old.unit_price, tax=ZERO)
    old.discount += line.total
    old.tax -= line.tax
    old.total -= line.total
    old.unit_allocations = [unit.as_json() for unit in units]
    old.save(update_fields=["discount", "tax", "total", "unit_allocations"])
    [added] = services.add_lines(order, [line], position)
    _explain(order, old, line.total, reason)
    _explain(order, added, line.discount, reason)
    return added


def _line_of(old: OrderLine, new: Replacement, units: Sequence[UnitAllocation]) -> NewLine:
    """The replacement at the old line's price, with what these units bear."""
    bought = NewLine(**{name: getattr(old, name) for name in LINE_COLUMNS})
    return replace(
        bought.with_units(tuple(units)),
        variant_id=new.variant.pk,
        sku=new.variant.sku,
        options=new.options,
        kit="",
        warranty_months=new.variant.warranty_months,
    )


def _explain(order: Order, line: OrderLine, amount: Decimal, reason: str) -> None:
    if amount:
        OrderDiscount.objects.create(order=order, line=line, reason=reason, amount=amount)


def _details(order: Order, added: Sequence[OrderLine], reason: str) -> ChangeJSON:
    total = str(order.total)
    return {
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
