"""What the clock asks of the audit."""

from celery import shared_task

from audit import services


@shared_task
def tend() -> int:
    """Make room for the months to come, and let go of those that are older than is kept."""
    return services.tend()
