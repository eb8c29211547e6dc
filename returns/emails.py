"""What the customer is told of a return by mail, once each."""

from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.mail import message
from orders import links, services
from orders.exceptions import MailNotTrue
from orders.models import Order, OrderEventKind
from returns import selectors
from returns.models import Return
from returns.states import ReturnStatus


class ReturnMail(models.TextChoices):
    """What the customer is told, by the names of the templates."""

    ASKED = "asked", gettext_lazy("return asked for")
    APPROVED = "approved", gettext_lazy("return approved")
    REJECTED = "rejected", gettext_lazy("return rejected")
    RECEIVED = "received", gettext_lazy("return received")
    SETTLED = "settled", gettext_lazy("return settled")


def fitting(request: Return) -> list[ReturnMail]:
    """The mails that tell the truth about the return now. No query."""
    is_rejected = request.status == ReturnStatus.REJECTED
    truths = {
        ReturnMail.ASKED: True,
        ReturnMail.APPROVED: request.answered_at is not None and not is_rejected,
        ReturnMail.REJECTED: is_rejected,
        ReturnMail.RECEIVED: request.received_at is not None and not is_rejected,
        ReturnMail.SETTLED: request.status == ReturnStatus.REFUNDED,
    }
    return [name for name, is_true in truths.items() if is_true]


def preview(request: Return, name: ReturnMail) -> message.Written:
    """The mail as the customer would get it now; nothing is sent."""
    language = request.order.language
    return message.write(f"returns/email/{name}", language=language, context=_context(request))


@transaction.atomic
def send(return_id: UUID, name: ReturnMail) -> None:
    """Send it once, unless its fact no longer holds."""
    order_id = Return.objects.values_list("order_id", flat=True).get(pk=return_id)
    order = Order.objects.locked().get(pk=order_id)
    request = Return.objects.select_related("order").get(pk=return_id)
    details = {"mail": f"return_{name}", "return": request.number}
    sent = order.events.filter(kind=OrderEventKind.MAIL_SENT, details__contains=details)
    if name in fitting(request) and not sent.exists():
        _queue(request, name, details, None)


@transaction.atomic
def resend(return_id: UUID, name: ReturnMail, *, actor_id: UUID) -> None:
    """
    Send a mail again, as it is now; the order's timeline says who did.

    :raises MailNotTrue: if what it says has not happened
    """
    request = Return.objects.select_related("order").get(pk=return_id)
    if name not in fitting(request):
        raise MailNotTrue(_("This mail does not fit the return as it is now."))
    details = {"mail": f"return_{name}", "return": request.number, "again": True}
    _queue(request, name, details, actor_id)


def _queue(
    request: Return, name: ReturnMail, details: dict[str, Any], actor_id: UUID | None
) -> None:
    order = request.order
    if not order.email:
        return
    message.queue(
        f"returns/email/{name}", to=order.email, language=order.language, context=_context(request)
    )
    services.record(
        order.pk,
        OrderEventKind.MAIL_SENT,
        actor_id=actor_id,
        note=str(name.label) if actor_id else "",
        details=details,
        is_public=False,
    )


def _context(request: Return) -> dict[str, Any]:
    order = request.order
    with translation.override(order.language):
        link = message.absolute(links.order_link(order))
    items = selectors.items_of(request)
    return {
        "order": order,
        "request": request,
        "asked": [item for item in items if item.asked],
        "came": [item for item in items if item.condition and item.quantity],
        "link": link,
    }
