"""Staff change an order that has not left: what it would cost first, then the change itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.selectors import variants_for_sale
from checkout import additions, deliveries
from checkout.exceptions import ChangeRefused, OrderHasChanged
from core.money import MAX_AMOUNT, ZERO
from inventory import services as inventory
from inventory.exceptions import OutOfStock
from orders import changes, purchase_limits
from orders import services as orders
from orders.allocations import allocations_of
from orders.amounts import (
    LINE_COLUMNS,
    Delivery,
    NewLine,
    OrderAmounts,
    Reason,
    change_units,
)
from orders.buyer_fingerprint import Buyer
from orders.changes import ChangeJSON
from orders.models import Order, OrderDiscount, OrderEventKind, OrderLine
from orders.new_orders import NewAddress
from orders.selectors import units_to_move
from orders.states import TO_FULFIL, FulfilmentStatus, OrderStatus, PaymentStatus
from payments.balances import Balance
from payments.selectors import balance_of
from payments.services.settle import follow_change
from promotions import services as promotions
from shipping.models import Shipment
from shipping.services import planning
from shipping.states import ShipmentStatus

_NOT_PACKED = (ShipmentStatus.PENDING, ShipmentStatus.CANCELLED)
_LOOKED_INTO = (PaymentStatus.REVIEW, PaymentStatus.DISPUTED)


@dataclass(frozen=True, kw_only=True)
class Change:
    """
    What staff want of an order.

    `quantities` by the line's key, 0 takes it out; what is not named stays. `added` by variant.
    Without an address it goes where it goes; without `shipping`, a method's code, it comes as
    agreed, for the agreed price if the address stays.
    """

    quantities: Mapping[str, int]
    added: Mapping[UUID, int]
    address: NewAddress | None = None
    shipping: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Preview of an order change and its effect on the money. `version` detects later changes."""

    order: Order
    before: OrderAmounts
    after: OrderAmounts
    # Why the added units cost less.
    new_reasons: tuple[Reason, ...]
    address: NewAddress | None
    is_pickup: bool
    balance: Balance
    version: str

    @property
    def to_pay(self) -> Decimal:
        return self.balance.due(self.after.total)

    @property
    def to_give_back(self) -> Decimal:
        return self.balance.surplus(self.after.total)

    @property
    def rows(self) -> list[tuple[NewLine, int, int, Decimal, Decimal]]:
        """Each line with its units and its total, before and after."""
        was = {line.key: line for line in self.before.lines}
        is_now = {line.key: line for line in self.after.lines}
        found = []
        for key in was | is_now:
            old, new = was.get(key), is_now.get(key)
            line = new or was[key]
            units = (old.quantity if old else 0, new.quantity if new else 0)
            found.append((line, *units, old.total if old else ZERO, new.total if new else ZERO))
        return found


def refusal(order: Order, parcels: Iterable[Shipment] | None = None) -> str:
    """Why the order cannot be changed now; empty if it can. One query, none with its parcels."""
    if order.status == OrderStatus.PENDING:
        if order.expires_at and order.expires_at <= timezone.now():
            return _("The time to pay for this order has expired.")
    elif order.status not in TO_FULFIL:
        return _("This order is closed: it can no longer be changed.")
    if order.payment_status in _LOOKED_INTO:
        return _("The payment of this order is under review: decide on that first.")
    if order.payment_status == PaymentStatus.REFUNDED:
        return _("This order has been fully refunded: cancel it instead.")
    parcels = order.shipments.all() if parcels is None else parcels
    is_packed = any(parcel.status not in _NOT_PACKED for parcel in parcels)
    if is_packed or order.fulfilment_status != FulfilmentStatus.NONE:
        return _("A parcel of this order is packed or has left: it can only be returned.")
    return ""


def preview(order: Order, change: Change) -> Preview:
    """
    What the change would cost; nothing is written. Its queries do not grow with the lines.

    :raises ChangeRefused: if the order cannot be changed so, and why
    :raises LimitReached: if the customer may not have so many
    """
    if reason := refusal(order):
        raise ChangeRefused(reason)
    before = amounts_of(order)
    changed, new_reasons = _with_units(order, before, change)
    delivery, address, is_pickup = deliveries.quote(order, changed, change.address, change.shipping)
    after = replace(changed, delivery=delivery)
    if after == before and address is None:
        raise ChangeRefused(_("There are no changes yet."))
    if after.total > MAX_AMOUNT:
        raise ChangeRefused(_("The total exceeds the largest possible amount."))
    balance = balance_of(order)
    _check_grown_limits(order, before, after)
    return Preview(
        order=order,
        before=before,
        after=after,
        new_reasons=new_reasons,
        address=address,
        is_pickup=is_pickup,
        balance=balance,
        version=_fingerprint(order, after, address, balance),
    )


@transaction.atomic
def apply(order_id: UUID, change: Change, *, seen: str, actor_id: UUID) -> Preview:
    """
    Change the order as its preview showed: lines, figures, units and money, all of it or nothing.

    :raises OrderHasChanged: if anything the preview showed is different now: look at it again
    :raises ChangeRefused: if the order cannot be changed so, and why
    :raises LimitReached, PromotionUsedUp: if somebody else has had the last of it
    """
    order = Order.objects.locked().get(pk=order_id)
    purchase_limits.lock(_buyer(order))
    if not seen.startswith(_stamp(order)):
        raise OrderHasChanged(
            _("The order has changed in the meantime. Review it and decide again.")
        )
    found = preview(order, change)
    if found.version != seen:
        raise OrderHasChanged(
            _("The amounts have changed in the meantime. Review and confirm them.")
        )
    had = units_to_move(order_id)
    gone = {line.key for line in found.before.lines} - {line.key for line in found.after.lines}
    planning.release_lines(order_id, [UUID(key) for key in gone])
    changes.change(
        order_id,
        found.after,
        _change_as_json(found),
        address=found.address,
        is_pickup=found.is_pickup,
        actor_id=actor_id,
    )
    if change.note:
        orders.record(
            order_id,
            OrderEventKind.NOTE,
            actor_id=actor_id,
            note=change.note[:255],
            is_public=False,
        )
    promotions.redeem_more(found.new_reasons, order=order)
    _move_units(order, had, found, actor_id)
    follow_change(order_id, actor_id=actor_id)
    return found


def amounts_of(order: Order) -> OrderAmounts:
    """The order's figures as they are. Two queries."""
    reasons: dict[UUID | None, list[Reason]] = {}
    for row in OrderDiscount.objects.filter(order=order).order_by("pk"):
        reason = Reason(
            name=row.reason, amount=row.amount, promotion_id=row.promotion, code=row.code
        )
        reasons.setdefault(row.line_id, []).append(reason)
    rows = order.lines.order_by("position", "pk")
    lines = tuple(_line_of(order, row, reasons.get(row.pk, [])) for row in rows)
    return OrderAmounts(
        currency=order.currency,
        prices_include_tax=order.prices_include_tax,
        lines=lines,
        delivery=Delivery(
            code=order.shipping_method_code,
            name=order.shipping_method_name,
            price=order.shipping_total,
            tax=order.tax_total - sum((line.tax for line in lines), ZERO),
            gifts=tuple(reasons.get(None, ())),
            free_from=order.pricing.get("shipping_free_from", ""),
            promised_from=order.promised_from,
            promised_to=order.promised_to,
        ),
    )


def _line_of(order: Order, row: OrderLine, reasons: Iterable[Reason]) -> NewLine:
    return NewLine(
        **{name: getattr(row, name) for name in LINE_COLUMNS},
        key=str(row.pk),
        units=tuple(allocations_of(row, order.currency)),
        reasons=tuple(reasons),
    )


def _with_units(
    order: Order, before: OrderAmounts, change: Change
) -> tuple[OrderAmounts, tuple[Reason, ...]]:
    """The order with its new units priced as today, and why those cost less."""
    more = dict(change.added)
    for line in before.lines:
        extra = change.quantities.get(line.key, line.quantity) - line.quantity
        if extra > 0:
            more[line.variant_id] = more.get(line.variant_id, 0) + extra
    added = additions.price_units(order, more) if more else None
    new_lines = added.lines if added else ()
    changed = change_units(before, quantities=change.quantities, added=new_lines)
    if not changed.lines:
        raise ChangeRefused(_("An order needs at least one product: cancel it instead."))
    if added:
        additions.check_stock(added, before, changed)
    return changed, added.reasons if added else ()


def _check_grown_limits(order: Order, before: OrderAmounts, after: OrderAmounts) -> None:
    """Only products with more units than before are counted."""
    was, is_now = before.quantities(), after.quantities()
    variants = variants_for_sale(is_now)
    grown = {variants[key].product_id for key, units in is_now.items() if units > was.get(key, 0)}
    if grown:
        purchase_limits.check(_buyer(order), is_now, variants, grown, excluding=order.pk)


def _buyer(order: Order) -> Buyer:
    return Buyer.of(order, order.marks)


def _stamp(order: Order) -> str:
    return order.updated_at.isoformat()


def _fingerprint(
    order: Order, after: OrderAmounts, address: NewAddress | None, balance: Balance
) -> str:
    """When the order changed last, and a mark of what it would be and of its money."""
    told = repr((after.as_json(), address, balance))
    return f"{_stamp(order)} {sha256(told.encode()).hexdigest()}"


def _move_units(order: Order, had: Mapping[UUID, int], found: Preview, actor_id: UUID) -> None:
    wanted = dict.fromkeys(had, 0) | units_to_move(order.pk)
    try:
        if order.status == OrderStatus.PENDING:
            inventory.move_holds(
                cart=order.pk,
                order=order.pk,
                quantities=wanted,
                until=order.expires_at or timezone.now(),
                destination=deliveries.place_of(order),
            )
        elif wanted != had:
            inventory.change_sale(order=order.pk, quantities=wanted, actor_id=actor_id)
    except OutOfStock as shortage:
        raise additions.shortage(shortage.variant_ids, found.after) from shortage


def _change_as_json(found: Preview) -> ChangeJSON:
    before, after = found.before, found.after
    return {
        "lines": [
            {"sku": line.sku, "name": line.name, "before": was, "after": is_now}
            for line, was, is_now, _old, _new in found.rows
            if was != is_now
        ],
        "delivery": {"before": before.delivery.name, "after": after.delivery.name},
        "has_moved": found.address is not None,
        "total": {"before": str(before.total), "after": str(after.total)},
        "to_pay": str(found.to_pay),
        "to_give_back": str(found.to_give_back),
    }
