from celery import shared_task

from waitingroom import emails


@shared_task
def send_drop_reminders() -> int:
    """Write to those who wait for a drop that opens, say how many."""
    return emails.send_reminders()
