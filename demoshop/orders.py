"""Past and open orders. Rows are written as the services would have left them, in the past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from accounts.models import Address, User
from catalog.models import Variant
from core.ids import uuid7
from core.money import ZERO, allocate, quantize
from demoshop import order_money, order_returns, order_stock, pace
from demoshop.source import DemoSource, Row
from invoicing import services as invoicing
from orders.models import (
    AddressKind,
    Order,
    OrderAddress,
    OrderDiscount,
    OrderEvent,
    OrderEventKind,
    OrderLine,
)
from orders.numbers import next_order_number
from orders.pictures import note_pictures
from payments.models import PaymentMethod, Refund
from payments.states import RefundState
from promotions.models import Coupon, PromotionEffect, Redemption
from shipping.models import ShippingMethod
from shipping.parcels import timeline_data
from till.models import Way

IGV = Decimal("0.18")
_E = OrderEventKind


@dataclass(frozen=True)
class Plan:
    """A state of the demo: the three statuses, and the events behind them."""

    status: str
    payment: str
    fulfilment: str
    events: tuple[OrderEventKind, ...]


_PAID = (_E.PLACED, _E.PAID, _E.CONFIRMED)
_SHIPPED = (*_PAID, _E.PROCESSING, _E.SHIPPED)
_DELIVERED = (*_SHIPPED, _E.DELIVERED, _E.COMPLETED)
# Sold over the counter: all of it happens at once.
COUNTER = "counter"
PLANS = {
    "pending_unpaid": Plan("pending", "unpaid", "none", (_E.PLACED,)),
    "pending_voucher": Plan("pending", "pending", "none", (_E.PLACED, _E.PAYMENT_PENDING)),
    "pending_transfer": Plan("pending", "pending", "none", (_E.PLACED, _E.PAYMENT_PENDING)),
    "payment_failed": Plan("pending", "unpaid", "none", (_E.PLACED, _E.PAYMENT_FAILED)),
    "paid": Plan("confirmed", "paid", "none", _PAID),
    "confirmed_on_delivery": Plan("confirmed", "unpaid", "none", (_E.PLACED, _E.CONFIRMED)),
    "processing": Plan("processing", "paid", "none", (*_PAID, _E.PROCESSING)),
    "partially_shipped": Plan("processing", "paid", "partial", _SHIPPED),
    "shipped": Plan("processing", "paid", "shipped", _SHIPPED),
    "delivered": Plan("completed", "paid", "delivered", _DELIVERED),
    COUNTER: Plan("completed", "paid", "delivered", _DELIVERED),
    "cancelled": Plan("cancelled", "refunded", "none", (*_PAID, _E.CANCELLED, _E.REFUNDED)),
    "expired": Plan("expired", "unpaid", "none", (_E.PLACED, _E.EXPIRED)),
    "refunded": Plan("completed", "refunded", "returned", (*_SHIPPED, _E.REFUNDED)),
    "partially_refunded": Plan(
        "completed", "partially_refunded", "delivered", (*_DELIVERED, _E.REFUNDED)
    ),
    "returned": Plan(
        "completed",
        "refunded",
        "returned",
        (*_DELIVERED, _E.RETURN_REQUESTED, _E.RETURNED, _E.REFUNDED),
    ),
    "return_requested": Plan("completed", "paid", "delivered", (*_DELIVERED, _E.RETURN_REQUESTED)),
    "return_approved": Plan("completed", "paid", "delivered", (*_DELIVERED, _E.RETURN_REQUESTED)),
    "return_rejected": Plan("completed", "paid", "delivered", (*_DELIVERED, _E.RETURN_REQUESTED)),
    "return_withdrawn": Plan("completed", "paid", "delivered", (*_DELIVERED, _E.RETURN_REQUESTED)),
    "return_received": Plan(
        "completed", "paid", "returned", (*_DELIVERED, _E.RETURN_REQUESTED, _E.RETURNED)
    ),
    "refund_requested": Plan("completed", "paid", "delivered", (*_DELIVERED, _E.REFUND_REQUESTED)),
    "disputed": Plan("completed", "disputed", "delivered", (*_DELIVERED, _E.DISPUTED)),
}
_NEEDS_REASON = {
    _E.CANCELLED,
    _E.REFUND_REQUESTED,
    _E.REFUNDED,
    _E.RETURN_REQUESTED,
    _E.DISPUTED,
}


def load_orders(source: DemoSource, customers: Sequence[User]) -> None:
    """Orders in every state, oldest first; nothing if there are orders already."""
    if not Order.objects.exists():
        for row in sorted(source.shop["orders"], key=lambda row: -row["days_ago"]):
            _order(source, row, customers[row["customer"]])
        _issue_papers()
        _count_sales()
    _count_redemptions(source)


def _order(source: DemoSource, row: Row, customer: User) -> None:
    plan, placed = PLANS[row["state"]], source.ago(row["days_ago"])
    lines = _lines(row)
    discounts = _discounts(row, lines)
    order = _header(source, row, customer, plan, lines, discounts)
    is_sale = row["state"] == COUNTER
    times = pace.times(placed, order.expires_at or placed, at_once=is_sale)
    order.save(force_insert=True)
    for line, discount in zip(lines, discounts, strict=True):
        line.order = order
        line.discount = discount
        line.total = line.unit_price * line.quantity - discount
        line.tax = _included_tax(line.total)
        line.unit_allocations = _units(line)
    OrderLine.objects.bulk_create(lines)
    _addresses(order, customer, row)
    _redeem(order, lines)
    order_stock.move(order, lines, row, times)
    order_money.pay(order, lines, row, times)
    order_returns.send_back(
        order,
        lines,
        row,
        asked_at=times[_E.RETURN_REQUESTED],
        back_at=times[_E.RETURNED],
    )
    _timeline(order, row, plan, times)


def _lines(row: Row) -> list[OrderLine]:
    variants = {
        variant.sku: variant
        for variant in Variant.objects.filter(
            sku__in=[line["sku"] for line in row["lines"]]
        ).select_related("product__seller")
    }
    lines = [
        OrderLine(
            id=uuid7(),
            variant=variants[line["sku"]],
            seller=variants[line["sku"]].product.seller,
            position=position,
            name=variants[line["sku"]].product.name,
            sku=line["sku"],
            options={option.name: option.value for option in variants[line["sku"]].options.all()},
            warranty_months=variants[line["sku"]].warranty_months,
            quantity=line["quantity"],
            list_price=variants[line["sku"]].list_price,
            unit_price=variants[line["sku"]].price,
            tax_rate=IGV,
        )
        for position, line in enumerate(row["lines"])
    ]
    note_pictures(lines)
    return lines


def _amounts(lines: Sequence[OrderLine]) -> list[Decimal]:
    return [line.unit_price * line.quantity for line in lines]


def _discounts(row: Row, lines: Sequence[OrderLine]) -> list[Decimal]:
    """What the coupon takes off each line."""
    amounts = _amounts(lines)
    coupon = Coupon.objects.filter(code=row["coupon"]).select_related("promotion").first()
    if coupon is None or coupon.promotion.value is None:
        return [ZERO for _amount in amounts]
    promotion = coupon.promotion
    total = min(promotion.value, sum(amounts, ZERO))
    if promotion.effect == PromotionEffect.PERCENTAGE:
        total = quantize(sum(amounts, ZERO) * promotion.value / 100)
    return allocate(total, amounts)


def _included_tax(amount: Decimal) -> Decimal:
    return quantize(amount * IGV / (1 + IGV))


def _units(line: OrderLine) -> list[dict[str, str]]:
    ones = [Decimal(1)] * line.quantity
    parts = zip(
        allocate(line.total, ones), allocate(line.discount, ones), allocate(line.tax, ones),
        strict=True,
    )  # fmt: skip
    return [{"total": str(t), "discount": str(d), "tax": str(x)} for t, d, x in parts]


def _delivery(method: ShippingMethod, lines: Sequence[OrderLine], amount: Decimal) -> Decimal:
    if method.free_over is not None and amount >= method.free_over:
        return ZERO
    weight = sum(((line.variant.weight_kg or 0) * line.quantity for line in lines), Decimal(0))
    rates = method.rates.filter(Q(max_weight_kg=None) | Q(max_weight_kg__gte=weight))
    rate = rates.order_by("max_weight_kg", "price").first()
    return rate.price if rate else ZERO


def _header(
    source: DemoSource,
    row: Row,
    customer: User,
    plan: Plan,
    lines: Sequence[OrderLine],
    discounts: Sequence[Decimal],
) -> Order:
    placed = source.ago(row["days_ago"])
    amounts, off = sum(_amounts(lines), ZERO), sum(discounts, ZERO)
    method = ShippingMethod.objects.get(code=row["shipping_method"])
    payment = _paid_by(row)
    delivery = _delivery(method, lines, amounts - off)
    company = row.get("company")
    return Order(
        id=uuid7(),
        number=next_order_number(placed),
        customer=customer,
        email=customer.email,
        phone=customer.phones[0],
        document_type="ruc" if company else "dni",
        document_number=company["ruc"] if company else customer.national_id,
        language="es",
        status=plan.status,
        payment_status=plan.payment,
        fulfilment_status=plan.fulfilment,
        currency="PEN",
        subtotal=amounts,
        discount_total=off,
        shipping_total=delivery,
        tax_total=_included_tax(amounts - off + delivery),
        total=amounts - off + delivery,
        shipping_method_code=method.code,
        shipping_method_name=method.name,
        promised_from=placed.date() + timedelta(days=2),
        promised_to=placed.date() + timedelta(days=5),
        payment_method_code=payment.code,
        payment_method_name=payment.name,
        collects_on_delivery=payment.collects_on_delivery,
        coupon_code=row["coupon"],
        customer_note=row["note_es"],
        placed_at=placed,
        created_at=placed,
        **_times(source, plan, payment, placed),
    )


def _paid_by(row: Row) -> PaymentMethod:
    """What the counter takes is no method of the shop's pages."""
    code = row["payment_method"]
    if row["state"] != COUNTER:
        return PaymentMethod.objects.get(code=code)
    name = str(Way(code.removeprefix("counter_")).label)
    return PaymentMethod(code=code, name=name, hold_minutes=5)


def _times(
    source: DemoSource, plan: Plan, payment: PaymentMethod, placed: datetime
) -> dict[str, Any]:
    hold = timedelta(minutes=payment.hold_minutes)
    is_open = plan.status == "pending"
    times = pace.times(placed, placed + hold, at_once=plan is PLANS[COUNTER])
    return {
        "expires_at": max(source.now, placed) + hold if is_open else placed + hold,
        "paid_at": times[_E.PAID] if _E.PAID in plan.events else None,
        "cancelled_at": times[_E.CANCELLED] if plan.status == "cancelled" else None,
        "completed_at": times[_E.COMPLETED] if plan.status == "completed" else None,
    }


def _addresses(order: Order, customer: User, row: Row) -> None:
    """The customer's address twice; the bill names the company if the row does."""
    address = Address.objects.filter(user=customer).order_by("pk").first()
    if address is None:
        return
    names = ("recipient", "phone", "street", "district", "city", "region", "postal_code")
    copied = {name: getattr(address, name) for name in (*names, "country", "ubigeo", "reference")}
    billed_to = row["company"]["name"] if "company" in row else copied["recipient"]
    OrderAddress.objects.create(order=order, kind=AddressKind.SHIPPING, **copied)
    OrderAddress.objects.create(
        order=order, kind=AddressKind.BILLING, **copied | {"recipient": billed_to}
    )


def _redeem(order: Order, lines: Sequence[OrderLine]) -> None:
    if not order.coupon_code:
        return
    coupon = Coupon.objects.select_related("promotion").get(code=order.coupon_code)
    Redemption.objects.create(
        promotion=coupon.promotion,
        coupon=coupon,
        order=order,
        user=order.customer,
        identity=order.email,
        amount=order.discount_total,
    )
    OrderDiscount.objects.bulk_create(
        OrderDiscount(
            order=order,
            line=line,
            promotion=coupon.promotion_id,
            code=coupon.code,
            reason=coupon.promotion.name,
            amount=line.discount,
        )
        for line in lines
        if line.discount
    )


def _timeline(order: Order, row: Row, plan: Plan, times: Mapping[OrderEventKind, datetime]) -> None:
    refund = Refund.objects.filter(payment__order=order).first()
    parcel = order.shipments.exclude(shipped_at=None).order_by("pk").first()
    details = {
        _E.REFUNDED: {"refund": refund.number, "amount": str(refund.amount)} if refund else {},
        **dict.fromkeys((_E.SHIPPED, _E.DELIVERED), timeline_data(parcel) if parcel else {}),
    }
    OrderEvent.objects.bulk_create(
        OrderEvent(
            id=uuid7(),
            order=order,
            kind=kind,
            note=row.get("reason_es", "") if kind in _NEEDS_REASON else "",
            details=details.get(kind, {}),
            created_at=times[kind],
        )
        for kind in plan.events
    )


def _issue_papers() -> None:
    """Backdated boletas, facturas and credit notes for payments and refunds."""
    for order in Order.objects.exclude(paid_at=None).order_by("paid_at"):
        invoicing.issue(order.pk, at=order.paid_at)
    for refund in Refund.objects.filter(state=RefundState.SUCCEEDED).order_by("completed_at"):
        invoicing.credit(refund.pk, at=refund.completed_at)


_SOLD = """
UPDATE catalog_variant v SET units_sold = s.units
FROM (SELECT l.variant_id, sum(l.quantity) AS units
      FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
      WHERE o.paid_at IS NOT NULL GROUP BY 1) s
WHERE s.variant_id = v.id
"""
_SOLD_OF_PRODUCTS = """
UPDATE catalog_product p SET units_sold = s.units
FROM (SELECT product_id, sum(units_sold) AS units FROM catalog_variant GROUP BY 1) s
WHERE s.product_id = p.id AND s.units > 0
"""


def _count_sales() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SOLD)
        cursor.execute(_SOLD_OF_PRODUCTS)


def _count_redemptions(source: DemoSource) -> None:
    """The uses that the file names, and those of the orders."""
    counted = Coupon.objects.annotate(own=Count("redemptions", Q(redemptions__freed_at=None)))
    own = {coupon.code: coupon for coupon in counted.select_related("promotion")}
    for row in source.shop["coupons"]:
        coupon = own[row["code"]]
        uses = row["used"] + coupon.own
        Coupon.objects.filter(pk=coupon.pk).exclude(uses=uses).update(uses=uses)
        coupon.promotion.uses = uses
        coupon.promotion.save(update_fields=["uses"])
