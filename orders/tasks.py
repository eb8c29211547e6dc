import logging

from celery import shared_task

from inventory import audit as stock
from orders import audit, emails

logger = logging.getLogger(__name__)


@shared_task
def check_stock() -> int:
    """Prove the stock as `manage.py check_stock` does, tell staff if a number is wrong."""
    skus = [row.sku for row in stock.differences()] + [row.sku for row in audit.differences()]
    if skus:
        logger.error("check_stock has found %s differences", len(skus))
        emails.send_stock_differences(skus)
    return len(skus)
