from celery import shared_task

from cart import services


@shared_task
def close_expired() -> int:
    """Mark the carts whose 48 hours are over."""
    return services.close_expired()
