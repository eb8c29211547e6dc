"""Orders as shoppers and services read them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from constance import config
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from catalog.models import BundleComponent, ProductKind, Variant
from orders.buyer_fingerprint import fingerprint_of
from orders.models import (
    AddressKind,
    Order,
    OrderAddress,
    OrderEvent,
    OrderEventKind,
    OrderLine,
    OrderQuerySet,
)
from orders.models.order import RECIPIENT
from orders.states import CALLED_OFF, MONEY_IS_IN, FulfilmentStatus, OrderStatus, PaymentStatus

# Store credit may have paid a part already.
_NOT_ALL_PAID = (PaymentStatus.UNPAID, PaymentStatus.PENDING, PaymentStatus.PARTIALLY_PAID)
_MONEY_NEWS = (
    OrderEventKind.PAYMENT_STARTED,
    OrderEventKind.PROOF_RECEIVED,
    OrderEventKind.PAYMENT_FAILED,
)
_PENDING = {
    False: ("pending", _("awaiting payment")),
    True: ("unconfirmed", _("to be confirmed")),
}


def locked(order_id: UUID) -> Order:
    """
    The order, whose row is locked until the transaction ends. One query.

    :raises Order.DoesNotExist: if there is none
    """
    return Order.objects.locked().get(pk=order_id)


def for_customer(user: User) -> OrderQuerySet:
    """The shopper's orders, newest first, with their lines. Two queries when read."""
    lines = Prefetch("lines", OrderLine.objects.order_by("position"))
    newest_first = Order.objects.filter(customer=user).order_by("-placed_at", "-pk")
    return newest_first.prefetch_related(lines)


def get_for(user: User, number: str) -> Order:
    """
    The shopper's own order, whole. Five queries.

    :raises Order.DoesNotExist: if there is none of this number, or it is another customer's
    """
    if not number.isprintable():
        raise Order.DoesNotExist
    return whole(Order.objects.filter(customer=user)).get(number=number)


def awaits_money(order: Order) -> bool:
    """Whether a link to pay makes sense: nothing is paid yet, or not all that it costs now."""
    return order.status == OrderStatus.PENDING or order.owes_difference


def is_transfer_told(order: Order) -> bool:
    """Whether the last news of the order's money is the proof of a transfer. One query."""
    news = order.events.filter(kind__in=_MONEY_NEWS).order_by("-pk")
    return news.values_list("kind", flat=True).first() == OrderEventKind.PROOF_RECEIVED


def to_remind(now: datetime) -> OrderQuerySet:
    """Unpaid orders of whose time to pay less than half is left, and which no mail has told so."""
    reminded = OrderEvent.objects.filter(
        order=OuterRef("pk"), kind=OrderEventKind.MAIL_SENT, details__mail="awaiting_payment"
    )
    news = OrderEvent.objects.filter(order=OuterRef("pk"), kind__in=_MONEY_NEWS).order_by("-pk")
    return (
        Order.objects.filter(
            ~Exists(reminded),
            status=OrderStatus.PENDING,
            collects_on_delivery=False,
            payment_status__in=_NOT_ALL_PAID,
            expires_at__gt=now,
        )
        .annotate(news=Subquery(news.values("kind")[:1]))
        .filter(~Q(news=OrderEventKind.PROOF_RECEIVED) | Q(news=None))
        .annotate(left=F("expires_at") - Value(now), gone=Value(now) - F("placed_at"))
        .filter(left__lt=F("gone"))
    )


def may_cancel(order: Order, now: datetime) -> bool:
    """Whether the shopper may cancel: unpaid, or paid some minutes ago and not yet prepared."""
    if order.fulfilment_status != FulfilmentStatus.NONE:
        return False
    if order.status == OrderStatus.PENDING:
        return True
    return order.status == OrderStatus.CONFIRMED and now < cancellable_until(order)


def cancellable_until(order: Order) -> datetime:
    """When the time is over in which the shopper may cancel a sale."""
    since = order.paid_at or order.placed_at
    return since + timedelta(minutes=config.CANCELLATION_MINUTES)


def discounts_of(order: Order) -> dict[str, Decimal]:
    """
    What promotions took off the lines, by their names: together the order's discount.

    A delivery that was a gift costs less in the order already. One query unless prefetched.
    """
    found: dict[str, Decimal] = defaultdict(Decimal)
    for discount in sorted(order.discounts.all(), key=lambda row: row.pk):
        if discount.line_id:
            name = f"{discount.reason} ({discount.code})" if discount.code else discount.reason
            found[name] += discount.amount
    return dict(found)


def shopper_status(order: Order) -> tuple[str, StrOrPromise]:
    """One word for three statuses, as a key for colours and as text. No query."""
    was_shipped = order.fulfilment_status != FulfilmentStatus.NONE
    if order.payment_status == PaymentStatus.REFUNDED and not was_shipped:
        return "refunded", _("refunded")
    if order.status in CALLED_OFF:
        return order.status, OrderStatus(order.status).label
    if was_shipped:
        return order.fulfilment_status, FulfilmentStatus(order.fulfilment_status).label
    if order.status == OrderStatus.PENDING:
        return _PENDING[order.awaits_confirmation]
    if order.owes_difference:
        return "difference", _("difference to pay")
    is_fine = order.may_ship or order.status == OrderStatus.COMPLETED
    return _being_prepared(order) if is_fine else ("review", _("being checked"))


def _being_prepared(order: Order) -> tuple[str, StrOrPromise]:
    if order.status in (OrderStatus.PROCESSING, OrderStatus.COMPLETED):
        return order.status, OrderStatus(order.status).label
    if order.payment_status in MONEY_IS_IN:
        return "paid", _("paid")
    return "confirmed", _("confirmed")


def units_to_move(order_id: UUID) -> dict[UUID, int]:
    """
    Units that the order takes from stock, by variant: a bundle's components.

    1 query, one more with a bundle.
    """
    units: dict[UUID, int] = defaultdict(int)
    lines = list(OrderLine.objects.filter(order=order_id).select_related("variant__product"))
    parts = parts_of(line.variant for line in lines)
    for line in lines:
        inside = {part.variant_id: part.quantity for part in parts.get(line.variant_id, ())}
        for variant_id, number in (inside or {line.variant_id: 1}).items():
            units[variant_id] += number * (line.quantity - line.cancelled_quantity)
    return {variant_id: quantity for variant_id, quantity in units.items() if quantity}


def parts_of(variants: Iterable[Variant]) -> dict[UUID, list[BundleComponent]]:
    """The components of each bundle among these. 1 query if there is a bundle, else none."""
    bundles = {v.product_id: v.pk for v in variants if v.product.kind == ProductKind.BUNDLE}
    found: dict[UUID, list[BundleComponent]] = defaultdict(list)
    if bundles:
        parts = BundleComponent.objects.select_related("variant__product")
        for part in parts.filter(bundle__in=bundles).order_by("pk"):
            found[bundles[part.bundle_id]].append(part)
    return found


def has_ordered(email: str, *, since: datetime) -> bool:
    """Whether there is an order for this e-mail address, in any spelling. 1 query."""
    ordered = Order.objects.filter(marks__contains=list(fingerprint_of(email=email)))
    return ordered.filter(placed_at__gte=since).exists()


def goes_to(words: Iterable[str], order: str = "pk") -> Exists:
    """
    Filter: whether the recipient's name contains each word, ignoring accents.

    It uses no index, so filter the orders first, for example by seller.
    """
    named = OrderAddress.objects.filter(order=OuterRef(order), kind=AddressKind.SHIPPING)
    for word in words:
        named = named.filter(recipient__unaccent__icontains=word)
    return Exists(named)


def sent_to(words: Iterable[str]) -> QuerySet[OrderAddress]:
    """The addresses of orders whose recipient's name has each of these plain words, by index."""
    found = OrderAddress.objects.filter(kind=AddressKind.SHIPPING).alias(who=RECIPIENT)
    for word in words:
        found = found.filter(who__contains=word)
    return found


def whole(orders: OrderQuerySet) -> OrderQuerySet:
    return orders.prefetch_related(
        Prefetch("lines", OrderLine.objects.order_by("position").select_related("variant")),
        "addresses",
        "discounts",
        Prefetch("events", OrderEvent.objects.filter(is_public=True).order_by("id")),
    )
