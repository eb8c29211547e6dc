"""What suppliers are written, once each, in the shop's language."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.mail import message
from purchasing import papers
from purchasing.models import PurchaseOrder, SupplierTask
from purchasing.states import SupplierTaskStatus


@transaction.atomic
def send_order(order_id: UUID) -> None:
    """
    Mail the order to its supplier as PDF and CSV, and record the recipient.

    No mail without an address, or if the order was cancelled.
    """
    order = PurchaseOrder.objects.select_for_update(of=["self"]).get(pk=order_id)
    to = order.supplier.email
    if order.mailed_to or not to or not order.is_awaited:
        return

    message.queue(
        "purchasing/email/order",
        to=to,
        language=settings.LANGUAGE_CODE,
        context={"order": order},
        files={
            f"{order.number}.pdf": papers.order_pdf(order),
            f"{order.number}.csv": papers.order_csv(order),
        },
    )
    PurchaseOrder.objects.filter(pk=order_id).update(mailed_to=to)


@transaction.atomic
def send_task(task_id: UUID) -> None:
    """Mail the supplier what to send for us, and record the recipient, as `send_order` does."""
    task = SupplierTask.objects.select_for_update(of=["self"]).get(pk=task_id)
    to = task.supplier.email if task.supplier else ""
    is_under_way = task.status in (SupplierTaskStatus.SENT, SupplierTaskStatus.ACCEPTED)
    if task.mailed_to or not to or not is_under_way:
        return

    message.queue(
        "purchasing/email/task",
        to=to,
        language=settings.LANGUAGE_CODE,
        context={"task": task},
        files={f"{task.order.number}.pdf": papers.task_pdf(task)},
    )
    SupplierTask.objects.filter(pk=task_id).update(mailed_to=to)


@transaction.atomic
def send_withdrawal(task_id: UUID) -> None:
    """Tell the supplier who was written to that nothing is to be sent any more."""
    task = SupplierTask.objects.select_for_update(of=["self"]).get(pk=task_id)
    is_cancelled = task.status == SupplierTaskStatus.CANCELLED
    if task.withdrawal_mailed_at or not task.mailed_to or not is_cancelled:
        return
    message.queue(
        "purchasing/email/withdrawal",
        to=task.mailed_to,
        language=settings.LANGUAGE_CODE,
        context={"task": task},
    )
    SupplierTask.objects.filter(pk=task_id).update(withdrawal_mailed_at=timezone.now())
