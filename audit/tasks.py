"""What the clock asks of the audit."""

from celery import shared_task

from audit import services


@shared_task
def tend() -> int:
    """Create partitions ahead and drop the expired ones."""
    return services.tend()
