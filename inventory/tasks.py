from celery import shared_task

from inventory import services


@shared_task
def release_expired() -> int:
    """Release the carts' holds that ran out; say how many."""
    return services.release_expired()
