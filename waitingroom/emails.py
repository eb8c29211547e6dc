"""What those who asked for it are told of a drop, once."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

from catalog.models import Collection
from core.mail import message
from waitingroom import reminders
from waitingroom.models import DropReminder


def send_reminders() -> int:
    """Write to all who wait for a drop that has something for them; gives how many."""
    reminders.forget_those_of_ended_drops()
    sent = 0
    for drop in reminders.due():
        while told := _send_some(drop):
            sent += told
    return sent


@transaction.atomic
def _send_some(drop: Collection) -> int:
    taken = reminders.pop_batch(drop.pk)
    for reminder in taken:
        _send(reminder, drop)
    return len(taken)


def _send(reminder: DropReminder, drop: Collection) -> None:
    opens = drop.starts_at or timezone.now()
    with translation.override(reminder.language):
        context = {
            "name": drop.name,
            "is_open": opens <= timezone.now(),
            "opens": date_format(localtime(opens), "LONG_DAY_TIME_FORMAT"),
            "link": message.absolute(reverse("storefront:drop", args=[drop.slug])),
            "leave_link": message.absolute(
                reverse(
                    "storefront:drop-reminders-leave", args=[reminders.token_of(reminder.email)]
                )
            ),
        }
    message.queue(
        "waitingroom/email/reminder",
        to=reminder.email,
        language=reminder.language,
        context=context,
    )
