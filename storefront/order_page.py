"""An order as the shopper's pages draw it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from checkout.paying import CANCELLED, order_sums
from core.formats import map_link, money
from invoicing import selectors as invoicing
from orders import selectors
from orders.models import AddressKind, Order, OrderEvent, OrderEventKind
from orders.states import FulfilmentStatus, OrderStatus
from payments import selectors as payments
from payments.eligibility import handover_of
from returns import selectors as returns
from storefront import parcel_page
from storefront import selectors as storefront
from storefront.contact import Channel

# So long is an order new to who reads its page.
NEW = timedelta(hours=1)
LEVELS = {
    "paid": "success",
    "confirmed": "success",
    "delivered": "success",
    "shipped": "success",
    "processing": "success",
    "completed": "success",
    "pending": "warning",
    "unconfirmed": "warning",
    "difference": "warning",
    "review": "warning",
    "lost": "warning",
}
NOTICES = {
    "pending": _("We hold your units and wait for the payment."),
    "difference": _("Your order was changed. It leaves as soon as the difference is paid."),
    "paid": _("Thank you! Your payment has arrived. We are getting your order ready."),
    "confirmed": _("Thank you! Your order is confirmed. You pay when it arrives."),
    "cancelled": _("This order was cancelled. What was paid is given back."),
    "expired": _("The time to pay is over, and we no longer keep the products for you."),
    "review": _("We are checking your payment and will write to you."),
}
PAID_IN_SHOP = _("Thank you! Your order is confirmed. You pay when you collect it.")
CHECKED = _("We are checking your transfer and will write to you.")
TO_PAY_IN_CASH = _("Pay in cash with your code. We write to you as soon as the money is in.")
UNDER_WAY = _("Your payment is being processed. We will write to you.")
# What shoppers read of an entry, where the staff's word for it is another.
TITLES = {
    OrderEventKind.PLACED: _("You placed the order"),
    OrderEventKind.PAYMENT_STARTED: _("You chose how to pay"),
    OrderEventKind.PAYMENT_PENDING: _("We wait for your payment"),
    OrderEventKind.PROOF_RECEIVED: _("We got the proof of your transfer"),
    OrderEventKind.PAYMENT_FAILED: _("The payment did not go through"),
    OrderEventKind.PAID: _("Your payment arrived"),
    OrderEventKind.PAID_LATE: _("Your payment arrived"),
    OrderEventKind.OVERPAID: _("More money arrived than was due"),
    OrderEventKind.REVIEW: _("We are checking the order"),
    OrderEventKind.PROCESSING: _("We are preparing it"),
    OrderEventKind.SHIPPED: _("It left our warehouse"),
    OrderEventKind.EDITED: _("The order was changed"),
    OrderEventKind.EXPIRED: _("The time to pay ran out"),
    OrderEventKind.DISPUTED: _("The bank asked about the payment"),
}
# What the shopper need not read twice: the order itself says it.
HIDDEN = {OrderEventKind.MAIL_SENT, OrderEventKind.NOTE}


def context(order: Order, now: datetime) -> dict[str, Any]:
    """
    Everything on the page of an order that was read whole.

    At most ten queries, and four more if something of it has left.
    """
    key, label = selectors.shopper_status(order)
    waits = order.status == OrderStatus.PENDING or order.owes_difference
    voucher_page = payments.voucher_page(order.pk) if waits else ""
    progress = _progress(order, waits=waits, by_voucher=bool(voucher_page))
    level = LEVELS.get(key, "info")
    is_pickup = bool(handover_of(order).is_pickup)
    return {
        "order": order,
        "lines": list(order.lines.all()),
        "status": {"key": key, "label": label, "level": level},
        "notice_level": "info" if progress else level,
        "notice": progress or _notice(order, key, is_pickup=is_pickup),
        "next_step": _next_step(order, now, progress=progress, is_pickup=is_pickup),
        "is_pickup": is_pickup,
        "place_url": _place_url(order) if is_pickup else "",
        "is_new": level == "success" and now < (order.paid_at or order.placed_at) + NEW,
        "events": _events(order),
        "sums": order_sums(order),
        "parcels": parcel_page.parcels_of(order),
        "documents": list(invoicing.of_order(order.pk)),
        "addresses": sorted(order.addresses.all(), key=lambda row: row.kind, reverse=True),
        "may_pay": waits and not progress,
        "may_cancel": selectors.may_cancel(order, now),
        "cancellable_until": selectors.cancellable_until(order),
        "transfer": payments.awaited_transfer(order.pk) if waits else None,
        "voucher_page": voucher_page,
        "channels": _channels(order),
        **_returns(order, now),
    }


def _place_url(order: Order) -> str:
    """The map of where the order waits; its address says where."""
    shipping = (row for row in order.addresses.all() if row.kind != AddressKind.BILLING)
    places = [f"{row.street}, {row.district}, {row.city}" for row in shipping]
    return map_link(places[0]) if places else ""


def _next_step(
    order: Order, now: datetime, *, progress: StrOrPromise, is_pickup: bool
) -> StrOrPromise:
    """What happens next and when, in a few words; empty where nothing is to come."""
    if order.status == OrderStatus.PENDING and not progress and order.expires_at:
        until, is_cash = localtime(order.expires_at), order.awaits_confirmation
        if until.date() == localtime(now).date():
            words = _("Confirm before %(time)s") if is_cash else _("Pay before %(time)s")
            return words % {"time": date_format(until, "TIME_FORMAT")}
        words = _("Confirm before %(day)s") if is_cash else _("Pay before %(day)s")
        return words % {"day": date_format(until, "SHORT_DAY_TIME_FORMAT")}
    if not order.is_to_come:
        return ""
    first, last = (
        day and date_format(day, "SHORT_DAY_FORMAT")
        for day in (order.promised_from, order.promised_to)
    )
    if is_pickup:
        return gettext("Ready to collect by %(day)s") % {"day": last}
    days = last if first in (None, last) else f"{first} – {last}"
    return gettext("Arrives %(days)s") % {"days": days}


def _channels(order: Order) -> tuple[Channel, ...]:
    """How to ask about the order, with its number in the message."""
    number = {"number": order.number}
    return storefront.frame().shop.contact.about(
        gettext("Order %(number)s") % number,
        gettext("Hello, I am writing about my order %(number)s.") % number,
    )


def _progress(order: Order, *, waits: bool, by_voucher: bool) -> StrOrPromise:
    """The state of pending money; empty without any. At most two queries."""
    if waits and payments.is_being_checked(order.pk):
        return CHECKED
    could_come = waits or order.status == OrderStatus.EXPIRED
    if not could_come or not payments.is_under_way(order.pk):
        return ""
    return TO_PAY_IN_CASH if by_voucher else UNDER_WAY


def _returns(order: Order, now: datetime) -> dict[str, Any]:
    """Returns under way, and the last day for more."""
    if order.fulfilment_status == FulfilmentStatus.NONE:
        return {"returns": [], "returnable_until": None}
    ends = [row.until for row in returns.returnable(order) if row.is_in_time(now)]
    return {"returns": returns.of_order(order), "returnable_until": min(ends, default=None)}


def _notice(order: Order, status: str, *, is_pickup: bool) -> StrOrPromise:
    if status == "unconfirmed" and order.expires_at:
        until = date_format(localtime(order.expires_at), "SHORT_DATETIME_FORMAT")
        text = gettext("We hold your units until %(until)s. Confirm the order to get it.")
        return text % {"until": until}
    if status == "pending" and order.expires_at:
        until = date_format(localtime(order.expires_at), "SHORT_DATETIME_FORMAT")
        text = gettext("We hold your units until %(until)s and wait for the payment.")
        return text % {"until": until}
    if status == "cancelled" and order.paid_at is None:
        return CANCELLED
    if status == "confirmed" and is_pickup:
        return PAID_IN_SHOP
    return NOTICES.get(status, "")


def _note(event: OrderEvent) -> str:
    """What somebody wrote to it; of a refund also how much came back."""
    amount = event.details.get("amount") if event.kind == OrderEventKind.REFUNDED else None
    parts = (money(Decimal(amount), event.order.currency) if amount else "", event.note)
    return " · ".join(filter(None, parts))


def _events(order: Order) -> list[dict[str, Any]]:
    shown = [event for event in order.events.all() if event.kind not in HIDDEN]
    return [
        {
            "title": TITLES.get(OrderEventKind(event.kind))
            or OrderEventKind(event.kind).label.capitalize(),
            "at": event.created_at,
            "note": _note(event),
            "done": True,
            "current": event is shown[-1],
        }
        for event in shown
    ]
