from celery import shared_task
from django.utils import timezone

from outbox import history
from privacy import retention


@shared_task(ignore_result=True)
def purge() -> int:
    """Delete expired data, every night; returns the number of rows, without partitions."""
    now = timezone.now()
    history.maintain_partitions(now)
    done = sum(number for rule in retention.RULES for number in retention.purge(rule, now))
    return done + retention.purge_sessions(now)
