"""What the shopper is told by mail, once each, and what staff are."""

from collections.abc import Sequence
from uuid import UUID

from constance import config
from django.conf import settings
from django.db import transaction
from django.utils import translation

from core import mail
from core.reports import listed
from orders import selectors, services
from orders.models import Order, OrderEvent, OrderEventKind

MOST_SKUS = 20


def send_placed(order_id: UUID) -> None:
    """Say that the order is written down and what is still to be paid."""
    _send_once(order_id, "placed")


def send_paid(order_id: UUID) -> None:
    """Say that the money is in."""
    _send_once(order_id, "paid")


def send_cancelled(order_id: UUID) -> None:
    """Say that the order is cancelled, and that money paid comes back."""
    _send_once(order_id, "cancelled")


def send_expired(order_id: UUID) -> None:
    """Say that the time to pay is over."""
    _send_once(order_id, "expired")


def send_stock_differences(skus: Sequence[str]) -> None:
    """Tell staff that numbers of the stock are not what their causes add up to."""
    if not config.LOW_STOCK_EMAIL:
        return
    mail.queue(
        "orders/email/stock_differences",
        to=config.LOW_STOCK_EMAIL,
        language=settings.LANGUAGE_CODE,
        context={"number": len(skus), "skus": listed(sorted(set(skus)), MOST_SKUS)},
    )


@transaction.atomic
def _send_once(order_id: UUID, name: str) -> None:
    """The mail and the note that it was sent are one transaction: a repeat finds the note."""
    order = Order.objects.locked().get(pk=order_id)
    sent = OrderEvent.objects.filter(order=order, kind=OrderEventKind.MAIL_SENT, details__mail=name)
    if sent.exists():
        return
    with translation.override(order.language):
        link = mail.absolute(selectors.order_link(order))
    context = {
        "order": order,
        "lines": order.lines.order_by("position"),
        "address": order.addresses.filter(kind="shipping").first(),
        "link": link,
    }
    mail.queue(f"orders/email/{name}", to=order.email, language=order.language, context=context)
    services.record(order_id, OrderEventKind.MAIL_SENT, details={"mail": name}, is_public=False)
