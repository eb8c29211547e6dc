from celery import shared_task
from constance import config
from django.utils import timezone

from core.calendar.holidays import decade_of_holidays
from core.calendar.working_days import YEARS_AHEAD
from core.mail.sending import send_waiting


@shared_task
def send_mails() -> None:
    """
    Send what waits in the mail queue.

    The library's own task would be started by every mail, and fail the page if the broker is away;
    its sender lets two machines send the same mails, and a killed one all of its batch again.
    """
    send_waiting()


@shared_task
def know_holidays() -> None:
    """Cache the holidays of the coming years, so that no page waits for them."""
    this_year = timezone.localdate().year
    for year in range(this_year, this_year + YEARS_AHEAD):
        decade_of_holidays(config.COUNTRY, config.HOLIDAYS_REGION, year)
