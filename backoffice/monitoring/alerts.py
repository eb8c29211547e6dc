"""
Alerts the shop's owner about servers, queues, mail and backups, without Prometheus.

Each worker checks in a thread of its own, because tasks wait for an unavailable Redis. A problem is
mailed after it has lasted a few minutes, then daily, and when it ends. `PING_URL` is requested
while all is well: a service there notices when the whole machine is down.
"""

import logging
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException

import requests
from constance import config
from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import close_old_connections, transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from backoffice.models import Alert
from backoffice.monitoring.system_status import Check, checks
from core.mail import message, sending

logger = logging.getLogger(__name__)

LOOKS_EVERY = 60  # seconds
PINGS_EVERY = 300  # seconds
PING_TIMEOUT = 10  # seconds
# A server that is started again is no news.
GRACE = timedelta(minutes=3)
AGAIN = timedelta(days=1)


def start() -> None:
    """Look again and again in a thread that ends with the process; not for a demo."""
    if not settings.DEMO:
        threading.Thread(target=_watch, name="alerts", daemon=True).start()


def look() -> list[Check]:
    """
    Record current problems and mail the due alerts; returns the problems.

    Several workers may run it at the same time: it locks the rows.
    """
    with translation.override(settings.LANGUAGE_CODE):
        wrong = [check for check in checks() if not check.is_well]
        if _note(wrong, timezone.now()):
            _send()
    return wrong


def ping() -> None:
    """Tell the service at PING_URL that all is well."""
    try:
        requests.get(settings.PING_URL, timeout=PING_TIMEOUT).raise_for_status()
    except requests.RequestException as error:
        logger.warning("PING_URL was not reached: %s", type(error).__name__)


def recipients() -> list[str]:
    """Where alerts go: the address of the settings, else to all superusers."""
    if config.OPERATIONS_EMAIL:
        return [config.OPERATIONS_EMAIL]
    chiefs = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    return list(chiefs.values_list("email", flat=True))


def _watch() -> None:
    pinged_at = float("-inf")
    while True:
        time.sleep(LOOKS_EVERY)
        try:
            close_old_connections()
            is_well = not look()
        except DatabaseFault as error:  # the missing check will alert
            logger.warning("Nobody could look for problems: %s", type(error).__name__)
            continue
        finally:
            close_old_connections()
        if settings.PING_URL and is_well and time.monotonic() - pinged_at >= PINGS_EVERY:
            pinged_at = time.monotonic()
            ping()


@transaction.atomic
def _note(wrong: Sequence[Check], now: datetime) -> bool:
    """Keep the rows as the checks are, and queue a mail if one is due; whether it was."""
    said = {check.name: check.said for check in wrong}
    Alert.objects.bulk_create([Alert(name=name) for name in said], ignore_conflicts=True)
    rows = list(Alert.objects.order_by("name").select_for_update())
    due = [row for row in rows if row.name in said and _is_due(row, now)]
    over = [row for row in rows if row.name not in said]
    solved = [row.name for row in over if row.told_at]
    Alert.objects.filter(pk__in=[row.pk for row in over]).delete()
    Alert.objects.filter(pk__in=[row.pk for row in due]).update(told_at=now)
    if due or solved:
        _queue({row.name: said[row.name] for row in due}, solved)
    return bool(due or solved)


def _is_due(row: Alert, now: datetime) -> bool:
    return now - row.created_at >= GRACE if row.told_at is None else now - row.told_at >= AGAIN


def _queue(problems: dict[str, str], solved: Sequence[str]) -> None:
    page = message.absolute(reverse("admin:index"))
    for address in recipients():
        message.queue(
            "backoffice/email/alert",
            to=address,
            language=settings.LANGUAGE_CODE,
            context={"problems": problems, "solved": solved, "page": page},
        )


def _send() -> None:
    """Sends the mail directly, for the mail task may be what has stopped."""
    try:
        sending.send_waiting()
    except (OSError, SMTPException) as error:
        logger.warning("An alert waits for the mail server: %s", type(error).__name__)
