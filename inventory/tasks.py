from celery import shared_task
from django.db import transaction

from inventory import emails, services


@shared_task
def tell_who_waits() -> int:
    """Write to those who wait for what is back, say how many."""
    return emails.send_all_back_in_stock()


@shared_task
def release_expired() -> int:
    """
    Release the carts' holds that ran out, say how many; then show what nobody has noticed.

    Before that, units that were held for people who did not come go to the next who wait. Staff
    hear of it if much is held even then.
    """
    emails.send_all_back_in_stock()
    released = services.release_expired()
    emails.send_held_alert()
    with transaction.atomic():
        services.publish_stale()
    return released
