from celery import shared_task
from django.db import transaction

from inventory import emails, services


@shared_task
def tell_who_waits() -> int:
    """Mail shoppers whose variant is back in stock; returns how many."""
    return emails.send_all_back_in_stock()


@shared_task
def release_expired() -> int:
    """
    Release expired holds of carts and publish missed changes of availability; returns how many.

    Units held for people who did not claim them go to the next in line first. Staff get a mail if
    much of the stock is held even then.
    """
    emails.send_all_back_in_stock()
    released = services.release_expired()
    emails.send_held_alert()
    with transaction.atomic():
        services.publish_stale()
    return released
