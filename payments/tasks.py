"""Scheduled tasks of payments; each can run twice without harm."""

import logging
from collections.abc import Callable, Iterable
from logging import ERROR, WARNING
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from core.exceptions import DomainError
from core.reports.base import Filters
from orders.consistency import ConsistencyCheck, record_result
from payments import consistency, emails, selectors, webhooks
from payments.gateway_log import store
from payments.models import IdempotencyKey, Payment
from payments.services.credits import write_off_credit
from payments.services.expire import expire_order
from payments.services.reconcile import compare_each, reconcile_since_last_run
from payments.services.send_refunds import submit_refund
from payments.services.settle import settle
from payments.services.start import open_attempt
from payments.states import PaymentState

logger = logging.getLogger(__name__)


@shared_task
def process_webhooks() -> int:
    """Settle the payment of each webhook that has arrived."""
    done = 0
    while event := webhooks.claim():
        done += 1
        try:
            webhooks.work_off(event)
        except Exception as error:
            logger.exception("Webhook %s waits", event)
            webhooks.close(event, repr(error))
    return done


@shared_task
def poll_open() -> int:
    """Settle payments that were not fetched lately: webhooks may get lost."""
    return _each(selectors.to_ask(), ask)


@shared_task
def expire_due() -> int:
    return _each(selectors.overdue_orders(), expire_order)


@shared_task
def submit_refunds() -> int:
    return _each(selectors.refunds_to_send(), submit_refund)


@shared_task
def write_off_credits() -> int:
    """Write off expired store credit, which was unusable already."""
    return _each(selectors.ended_credits(), write_off_credit)


@shared_task
def drain_log() -> int:

    return store.drain()


@shared_task
def reconcile() -> int:
    """Compare with every provider; gives how many differences are left for staff."""
    unsolved = 0
    providers = selectors.reconcilable()
    for difference in compare_each(providers, reconcile_since_last_run):
        logger.log(WARNING if difference.repaired else ERROR, "%s", difference)
        unsolved += not difference.repaired
    return unsolved


@shared_task
def check_orders() -> int:
    """Check the orders as `manage.py check_orders` does; tell staff if one is wrong."""
    found = list(consistency.differences_in(Filters()))
    record_result(ConsistencyCheck.ORDERS, len(found))
    if found:
        logger.error("check_orders has found %s differences", len(found))
        emails.send_order_differences([row.order for row in found])
    return len(found)


@shared_task
def forget_idempotency_keys() -> int:
    return IdempotencyKey.objects.filter(expires_at__lt=timezone.now()).delete()[0]


def ask(payment_id: UUID) -> None:
    """Close attempts that were never opened, settle the others."""
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    if payment.state == PaymentState.CREATING:
        open_attempt(payment)
    settle(payment_id)


def _each(keys: Iterable[UUID], work: Callable[[UUID], object]) -> int:
    """A failure does not stop the others; the next run tries it again."""
    done = 0
    for key in keys:
        try:
            work(key)
            done += 1
        except DomainError as error:
            logger.warning("%s has to wait: %s", key, error)
        except Exception:
            logger.exception("%s failed", key)
    return done
