"""Reads of returns: returnable units, returned ones, and their worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from constance import config
from django.db.models import Aggregate, F, Max, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from cart.selectors import options_of
from catalog.models import Variant
from core.money import ZERO
from inventory.selectors import available_quantities
from orders.allocations import allocations_of
from orders.models import Order, OrderEvent, OrderEventKind, OrderLine
from payments.models import Refund
from payments.states import GIVEN_UP
from returns.models import Return, ReturnItem, ReturnPhoto
from returns.states import CALLED_OFF, ReturnStatus
from shipping.models import ShipmentItem

# When delivery costs are refunded: values of the shop's setting.
NEVER, EVERYTHING, OUR_FAULT = "never", "everything", "fault"


@dataclass(frozen=True, kw_only=True)
class Returnable:
    """A line with delivered units; `left` are neither returned nor requested."""

    line: OrderLine
    left: int
    until: datetime

    def is_in_time(self, now: datetime) -> bool:
        return now < self.until


def returnable(order: Order) -> list[Returnable]:
    """The order's lines with returnable units, in order. One query."""
    asked = ReturnItem.objects.filter(line=OuterRef("pk")).exclude(
        return_request__status__in=CALLED_OFF
    )
    arrived = ShipmentItem.objects.filter(line=OuterRef("pk"))
    told = OrderEvent.objects.filter(order=OuterRef("order"), kind=OrderEventKind.DELIVERED)
    lines = (
        OrderLine.objects.filter(order=order, delivered_quantity__gt=0)
        .annotate(
            claimed=Coalesce(_each("line", asked, Sum("quantity")), 0),
            # Without a recorded delivery of the parcel, the order's or line's date counts.
            arrived_at=Coalesce(
                _each("line", arrived, Max("shipment__delivered_at")),
                _each("order", told, Max("created_at")),
                F("updated_at"),
            ),
        )
        .select_related("variant__product", "seller")
        .order_by("position", "pk")
    )
    days = timedelta(days=config.RETURN_DAYS)
    found = [
        Returnable(
            line=line, left=line.delivered_quantity - line.claimed, until=line.arrived_at + days
        )
        for line in lines
    ]
    return [each for each in found if each.left > 0]


def exchanges_for(
    lines: Iterable[OrderLine], *, by_staff: bool = False
) -> dict[UUID, list[tuple[UUID, str]]]:
    """
    What each line's units may be exchanged for, by the line's key, with a name. Three queries.

    Another variant of the same product that is there and costs no more today; staff may send any
    active variant of the product, for two queries.
    """
    lines = list(lines)
    products = {line.variant.product_id for line in lines}
    sold = Variant.objects.filter(product__in=products, is_active=True).order_by("position", "pk")
    if not by_staff:
        sold = sold.filter(product__is_active=True)
    options = options_of(each.pk for each in sold)
    free = {} if by_staff else available_quantities(each.pk for each in sold)

    def fits(line: OrderLine, each: Variant) -> bool:
        if each.product_id != line.variant.product_id:
            return False
        is_other = each.pk != line.variant_id and each.price <= line.variant.price
        return by_staff or (is_other and free[each.pk] > 0)

    return {
        line.pk: [
            (each.pk, " · ".join(options.get(each.pk, {}).values()) or each.name)
            for each in sold
            if fits(line, each)
        ]
        for line in lines
    }


def of_order(order: Order) -> list[Return]:
    """The order's returns with their lines and photos, oldest first. Three queries."""
    return list(_whole(Return.objects.filter(order=order)).order_by("pk"))


def photo_of(order: Order, photo_id: UUID) -> ReturnPhoto:
    """:raises ReturnPhoto.DoesNotExist: if the order's returns have no such photo"""
    return ReturnPhoto.objects.get(pk=photo_id, return_request__order=order)


def items_of(request: Return) -> list[ReturnItem]:
    """The return's rows with their lines. One query."""
    rows = request.items.select_related("line__variant__product", "exchange_for")
    return list(rows.order_by("line__position", "pk"))


def live_refunds(request: Return) -> list[Refund]:
    """Returns refunded in full, or about to be. One query."""
    return list(request.refunds.exclude(state__in=GIVEN_UP).order_by("pk"))


def is_being_settled(request: Return) -> bool:
    """Whether all that it was found to be worth is on its way. One query."""
    live = live_refunds(request)
    return bool(live) and sum((each.amount for each in live), ZERO) >= (request.amount or ZERO)


def unit_prices(line: OrderLine, order: Order) -> list[Decimal]:
    """The amount paid for each unit of the line; the sum is the line's total."""
    taxed = not order.prices_include_tax
    return [
        line.unit_price - unit.discount + (unit.tax if taxed else ZERO)
        for unit in allocations_of(line, order.currency)
    ]


def goods_worth(order: Order, items: Iterable[ReturnItem]) -> Decimal:
    """The amount paid for the returned units. No query where the lines are loaded."""
    return sum(
        (unit_prices(item.line, order)[place] for item in items for place in item.places), ZERO
    )


def shipping_worth(order: Order, request: Return) -> Decimal:
    """
    What the settlement gives back of the delivery, by the shop's setting; once for each order.

    At most three queries.
    """
    rule = config.RETURN_SHIPPING_REFUND
    if rule == NEVER or not order.shipping_total or _has_given_shipping(order, request):
        return ZERO
    is_due = (rule == OUR_FAULT and request.is_our_fault) or _is_all_back(order)
    return paid_for_shipping(order) if is_due else ZERO


def paid_for_shipping(order: Order) -> Decimal:
    """The delivery as it was paid. One query where prices leave the tax out, else none."""
    paid = Decimal(order.shipping_total)
    if order.prices_include_tax:
        return paid
    on_lines = order.lines.aggregate(tax=Sum("tax"))["tax"] or ZERO
    return paid + Decimal(order.tax_total - on_lines)


def _has_given_shipping(order: Order, excluding: Return) -> bool:
    others = Return.objects.live().filter(order=order, shipping_amount__gt=0)
    settled = others.exclude(pk=excluding.pk).exclude(settlement="")
    return any(other.status == ReturnStatus.REFUNDED or live_refunds(other) for other in settled)


def _is_all_back(order: Order) -> bool:
    sums = order.lines.aggregate(
        due=Sum(F("quantity") - F("cancelled_quantity")), back=Sum("returned_quantity")
    )
    return bool(sums["back"]) and sums["back"] >= sums["due"]


def _each(group: str, rows: "QuerySet[Any]", total: Aggregate) -> Subquery:
    """The rows of one line or order added up, as part of another query."""
    return Subquery(rows.order_by().values(group).values(found=total))


def _whole(returns: QuerySet[Return]) -> QuerySet[Return]:
    items = ReturnItem.objects.select_related("line", "exchange_for")
    return returns.prefetch_related(
        Prefetch("items", items.order_by("line__position", "pk")), "photos"
    )
