"""Mails to suppliers in the shop's language, each sent once."""

from typing import Any
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
    files = {
        f"{order.number}.pdf": papers.order_pdf(order),
        f"{order.number}.csv": papers.order_csv(order),
    }
    _queue("order", to, {"order": order}, files)
    PurchaseOrder.objects.filter(pk=order_id).update(mailed_to=to)


@transaction.atomic
def send_task(task_id: UUID) -> None:
    """Mail the task to its supplier, and record the recipient, as `send_order` does."""
    task = SupplierTask.objects.select_for_update(of=["self"]).get(pk=task_id)
    to = task.supplier.email if task.supplier else ""
    is_under_way = task.status in (SupplierTaskStatus.SENT, SupplierTaskStatus.ACCEPTED)
    if task.mailed_to or not to or not is_under_way:
        return
    _queue("task", to, {"task": task}, {f"{task.order.number}.pdf": papers.task_pdf(task)})
    SupplierTask.objects.filter(pk=task_id).update(mailed_to=to)


@transaction.atomic
def send_withdrawal(task_id: UUID) -> None:
    """Tell a supplier who got the task that it is cancelled."""
    task = SupplierTask.objects.select_for_update(of=["self"]).get(pk=task_id)
    is_cancelled = task.status == SupplierTaskStatus.CANCELLED
    if task.withdrawal_mailed_at or not task.mailed_to or not is_cancelled:
        return
    _queue("withdrawal", task.mailed_to, {"task": task}, {})
    SupplierTask.objects.filter(pk=task_id).update(withdrawal_mailed_at=timezone.now())


def _queue(name: str, to: str, context: dict[str, Any], files: dict[str, bytes]) -> None:
    message.queue(
        f"purchasing/email/{name}",
        to=to,
        language=settings.LANGUAGE_CODE,
        context=context,
        files=files,
    )
