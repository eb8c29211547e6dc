import logging

from celery import shared_task
from django.utils import timezone

from inventory import consistency as stock
from orders import co_purchases, consistency, emails, selectors
from orders.consistency import ConsistencyCheck, record_result

logger = logging.getLogger(__name__)


@shared_task
def check_stock() -> int:
    """Prove the stock as `manage.py check_stock` does, tell staff if a number is wrong."""
    skus = [row.sku for row in stock.differences()] + [row.sku for row in consistency.differences()]
    record_result(ConsistencyCheck.STOCK, len(skus))
    if skus:
        logger.error("check_stock has found %s differences", len(skus))
        emails.send_stock_differences(skus)
    return len(skus)


@shared_task
def remind_of_payments() -> int:
    """Remind the buyers of unpaid orders, once each, while there is time; says how many."""
    orders = list(selectors.to_remind(timezone.now()).values_list("pk", flat=True))
    for order_id in orders:
        emails.send_once(order_id, emails.OrderMail.AWAITING_PAYMENT)
    return len(orders)


@shared_task
def count_bought_together() -> int:
    """Recount the products that are bought together. Idempotent."""
    return co_purchases.recount(timezone.now())
