from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from payouts import services


@shared_task
def note_sales() -> None:
    """Note what the news of single orders has left out."""
    services.note_sales()


@shared_task
def make_statements() -> int:
    """Write the statements of the past month; idempotent."""
    first_of_month = timezone.localdate().replace(day=1)
    return len(services.make_all(first_of_month - timedelta(days=1)))
