from celery import shared_task
from post_office.mail import send_queued_mail_until_done


@shared_task
def send_mails() -> None:
    """
    Send what waits in the mail queue.

    The library's own task would be started by every mail, and fail the page if the broker is away.
    """
    send_queued_mail_until_done()
