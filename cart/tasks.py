from celery import shared_task

from cart import emails, services


@shared_task
def close_expired() -> int:
    """Mark the carts whose 48 hours are over."""
    return services.close_expired()


@shared_task
def remind_of_carts() -> int:
    """Send reminders of abandoned carts. Idempotent."""
    return emails.send_reminders()
