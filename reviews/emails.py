"""What customers are told of reviews: that we ask for one, and why one is not shown."""

from datetime import datetime
from typing import Any
from uuid import UUID

from constance import config
from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from accounts.public_requests import mail_once
from core.mail import message
from orders import services as orders
from orders.exceptions import MailNotTrue
from orders.models import Order, OrderEventKind
from orders.states import FulfilmentStatus
from reviews import invitations
from reviews.models import ProductQuestion, Review, ReviewStatus


class ReviewMail(models.TextChoices):
    """What a customer is told of an order's reviews."""

    INVITATION = invitations.MAIL, gettext_lazy("invitation to review")


def invite_all(now: datetime) -> int:
    """Ask buyers of what arrived days ago, once for each order; says how many. 0 days: none."""
    if not config.REVIEW_INVITATION_DAYS:
        return 0
    due = invitations.due(now).values_list("pk", flat=True)
    return sum(_invite(order_id) for order_id in list(due))


@transaction.atomic
def _invite(order_id: UUID) -> bool:
    """The mail and the note that it was sent are one transaction: a repeat finds the note."""
    order = Order.objects.locked().get(pk=order_id)
    details = {"mail": invitations.MAIL}
    if order.events.filter(kind=OrderEventKind.MAIL_SENT, details__contains=details).exists():
        return False
    _queue(order, details, None)
    return True


def fitting(order: Order) -> list[ReviewMail]:
    """The mails that tell the truth about the order now. No query."""
    has_come = order.fulfilment_status == FulfilmentStatus.DELIVERED
    return [ReviewMail.INVITATION] if has_come else []


def preview(order: Order, name: ReviewMail) -> message.Written:
    """The mail as the customer would get it now; nothing is sent."""
    return message.write(f"reviews/email/{name}", language=order.language, context=_context(order))


@transaction.atomic
def resend(order_id: UUID, name: ReviewMail, *, actor_id: UUID) -> None:
    """
    Send the mail again; the timeline says who did.

    :raises MailNotTrue: if the order has not arrived
    """
    order = Order.objects.locked().get(pk=order_id)
    if name not in fitting(order):
        raise MailNotTrue(_("This e-mail no longer matches the order."))
    _queue(order, {"mail": name.value, "again": True}, actor_id, note=str(name.label))


def _queue(order: Order, details: dict[str, Any], actor_id: UUID | None, note: str = "") -> None:
    if not order.email:
        return
    message.queue(
        f"reviews/email/{ReviewMail.INVITATION}",
        to=order.email,
        language=order.language,
        context=_context(order),
    )
    orders.record(
        order.pk,
        OrderEventKind.MAIL_SENT,
        actor_id=actor_id,
        note=note,
        details=details,
        is_public=False,
    )


def _context(order: Order) -> dict[str, Any]:
    with translation.override(order.language):
        link = reverse("storefront:review-order", args=[invitations.token_of(order)])
        out = invitations.leave_token_of(order.customer)
        leave_link = reverse("storefront:review-invitations-leave", args=[out])
        products = [product.name for product in invitations.products_of(order)]
    return {
        "order": order,
        "name": order.customer.first_name,
        "products": products,
        "link": message.absolute(link),
        "leave_link": message.absolute(leave_link),
    }


@transaction.atomic
def send_rejected(review_id: UUID) -> None:
    """Say why a review is not shown, once, unless staff have changed their mind meanwhile."""
    rejected = Review.objects.filter(pk=review_id, status=ReviewStatus.REJECTED, told_at=None)
    review = rejected.locked().select_related("product").first()
    if review is None or review.user is None:
        return
    review.told_at = timezone.now()
    review.save(update_fields=["told_at"])
    customer = Customer.objects.filter(user=review.user).first()
    language = (customer.language if customer else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        link = reverse("storefront:review-write", args=[review.product.slug])
        product = review.product.name
    message.queue(
        "reviews/email/rejected",
        to=review.user.email,
        language=language,
        context={
            "name": review.user.first_name,
            "product": product,
            "message": review.rejection,
            "link": message.absolute(link),
        },
    )


def send_answer(question_id: UUID) -> None:
    """Send the answer to who asked, once."""
    mail_once(ProductQuestion.objects.shown(), question_id, "told_at", _queue_answer)


def _queue_answer(question: ProductQuestion) -> None:
    language = question.language or settings.LANGUAGE_CODE
    with translation.override(language):
        link = reverse("storefront:product", args=[question.product.slug])
        product = question.product.name
    message.queue(
        "reviews/email/answer",
        to=question.email,
        language=language,
        context={
            "question": question,
            "product": product,
            "link": message.absolute(f"{link}#questions"),
        },
    )
