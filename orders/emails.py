"""Mails about orders: each to the shopper once, and alerts to staff."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from constance import config
from django.conf import settings
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.mail import message
from core.reports.base import listed
from orders import confirmation, links, selectors, services
from orders.exceptions import MailNotTrue
from orders.links import payment_link
from orders.models import Order, OrderEvent, OrderEventKind
from orders.states import OrderStatus

MAX_SKUS = 20


class OrderMail(models.TextChoices):
    """The mails to the shopper, by the names of their templates."""

    PLACED = "placed", _("order placed")
    CONFIRM = "confirm", _("code to confirm")
    PAYMENT_LINK = "payment_link", _("payment link")
    AWAITING_PAYMENT = "awaiting_payment", _("awaiting payment")
    PAID = "paid", _("paid")
    EDITED = "edited", _("changed")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")
    REFUNDED = "refunded", _("refunded")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")


# Not sent to who has paid meanwhile.
ASKING = (OrderMail.CONFIRM, OrderMail.PAYMENT_LINK, OrderMail.AWAITING_PAYMENT)


def send_placed(order_id: UUID) -> None:
    """Say that the order is written down; if staff have placed it, send the link to pay it."""
    by_staff = OrderEvent.objects.filter(order=order_id, kind=OrderEventKind.PLACED).exclude(
        actor=None
    )
    send_once(order_id, OrderMail.PAYMENT_LINK if by_staff.exists() else OrderMail.PLACED)


def send_edited(order_id: UUID, change: str) -> None:
    """Mail what staff changed and what the order costs now: once for each change."""
    news = OrderEvent.objects.filter(order=order_id, details__change=change)
    # Of an exchange, the mail of its return tells.
    if not news.filter(details__has_key="exchange").exists():
        send_once(order_id, OrderMail.EDITED, change=change)


@transaction.atomic
def send_once(order_id: UUID, name: OrderMail, **about: str) -> None:
    """
    Send this mail unless it was sent; `about` names the change, refund or parcel that it tells of.

    The mail and the entry that it was sent are one transaction: a repeat finds the entry. Who
    bought at the counter without an address gets none.
    """
    order = Order.objects.locked().get(pk=order_id)
    if not order.email:
        return
    details = {"mail": name.value, **about}
    sent = order.events.filter(kind=OrderEventKind.MAIL_SENT, details__contains=details)
    if sent.exists() or (name in ASKING and name not in fitting(order)):
        return
    _queue(order, name, **about)
    services.record(order_id, OrderEventKind.MAIL_SENT, details=details, is_public=False)


def fitting(order: Order, happened: Collection[str] | None = None) -> list[OrderMail]:
    """
    The mails that tell the truth about the order now.

    One query, none where the caller has the kinds of what `happened`; one more where the proof of
    a transfer has come.
    """
    if happened is None:
        happened = set(order.events.values_list("kind", flat=True))
    is_told = OrderEventKind.PROOF_RECEIVED in happened and selectors.is_transfer_told(order)
    truths = {
        OrderMail.PLACED: True,
        OrderMail.CONFIRM: order.awaits_confirmation,
        OrderMail.PAYMENT_LINK: selectors.awaits_money(order) and not is_told,
        OrderMail.AWAITING_PAYMENT: order.status == OrderStatus.PENDING
        and not order.collects_on_delivery
        and not is_told,
        OrderMail.PAID: order.paid_at is not None,
        OrderMail.EDITED: OrderEventKind.EDITED in happened,
        OrderMail.CANCELLED: order.status == OrderStatus.CANCELLED,
        OrderMail.EXPIRED: order.status == OrderStatus.EXPIRED,
        OrderMail.REFUNDED: OrderEventKind.REFUNDED in happened,
        OrderMail.SHIPPED: OrderEventKind.SHIPPED in happened,
        OrderMail.DELIVERED: OrderEventKind.DELIVERED in happened,
    }
    return [name for name, is_true in truths.items() if is_true]


def preview(order: Order, name: OrderMail) -> message.Written:
    """The mail as the shopper would get it now; nothing is sent."""
    return message.write(
        f"orders/email/{name}", language=order.language, context=_context(order, name)
    )


@transaction.atomic
def resend(order_id: UUID, name: OrderMail, *, actor_id: UUID) -> None:
    """
    Send a mail again, with the figures of today; the timeline says who did.

    :raises MailNotTrue: if what it says has not happened
    """
    order = Order.objects.locked().get(pk=order_id)
    if name not in fitting(order):
        raise MailNotTrue(gettext("This e-mail no longer matches the order."))
    _queue(order, name)
    services.record(
        order_id,
        OrderEventKind.MAIL_SENT,
        actor_id=actor_id,
        note=str(name.label),
        details={"mail": name.value, "again": True},
        is_public=False,
    )


def send_link(order: Order) -> None:
    """Mail the order's signed link to its own address, with its figures of today."""
    message.queue(
        "orders/email/order_link",
        to=order.email,
        language=order.language,
        context=_context(order, OrderMail.PLACED),
    )


def send_stock_differences(skus: Sequence[str]) -> None:
    """Tell staff that numbers of the stock differ from the sum of their causes."""
    if not config.LOW_STOCK_EMAIL:
        return
    message.queue(
        "orders/email/stock_differences",
        to=config.LOW_STOCK_EMAIL,
        language=settings.LANGUAGE_CODE,
        context={"number": len(skus), "skus": listed(sorted(set(skus)), MAX_SKUS)},
    )


def _queue(order: Order, name: OrderMail, **about: str) -> None:
    context = _context(order, name, **about)
    message.queue(f"orders/email/{name}", to=order.email, language=order.language, context=context)


def _context(order: Order, name: OrderMail, **about: str) -> dict[str, Any]:
    with translation.override(order.language):
        link = message.absolute(links.order_link(order))
        tracking_link = message.absolute(links.tracking_link(order))
    news = order.events.filter(kind=name.value, details__contains=about).order_by("pk")
    return {
        "order": order,
        "lines": order.lines.order_by("position"),
        "discounts": selectors.discounts_of(order).items(),
        "address": order.addresses.filter(kind="shipping").first(),
        "link": link,
        "tracking_link": tracking_link,
        "pay_link": "" if selectors.is_transfer_told(order) else payment_link(order),
        "news": list(news),
        "code": confirmation.code_of(order) if name == OrderMail.CONFIRM else "",
    }
