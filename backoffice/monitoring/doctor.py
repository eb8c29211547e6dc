"""Proves, from the machine that it runs on, that what the shop relies on works."""

import shutil
import smtplib
import socket
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import certifi
from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.settings import get_backend

from backoffice.backups import places
from backoffice.backups.archives import BackupRefused
from backoffice.monitoring import disks, health
from backoffice.monitoring.system_status import Check, checks
from core.database.roles import database_role_problems
from core.web.checks import NOT_SENDING, unfit

SECONDS = 10
CLOCK_APART = timedelta(seconds=2)
EXPIRES_SOON = timedelta(days=14)


def examine() -> Iterator[Check]:
    """Each check, as it is made. None raises: a fault is a sentence."""
    yield from (_check(_("Settings"), fault) for fault in unfit().values())
    postgresql = health.states()["postgresql"]
    yield Check(name="PostgreSQL", is_well=postgresql == "ok", said=postgresql)
    if postgresql == "ok":
        yield _check(_("Database role"), " ".join(database_role_problems()))
        yield _check(_("Clock"), _clock())
        yield from checks()
    yield _check(_("Mail server"), _mail())
    yield _check(_("Place of backups"), _backups())
    if settings.SITE_URL.startswith("https://"):
        yield _check(_("Certificate"), _certificate())


def _check(name: str, fault: str) -> Check:
    return Check(name=name, is_well=not fault, said=fault or "ok")


def _clock() -> str:
    """Against the database's, which may be elsewhere, and what the system says of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [theirs] = cursor.fetchone()
    if abs(timezone.now() - theirs) > CLOCK_APART:
        return _("This machine's clock and the database's differ.")
    if not shutil.which("timedatectl"):
        return ""
    command = ["timedatectl", "show", "--property", "NTPSynchronized", "--value"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    is_loose = told.stdout.strip() == "no"
    return _("This machine's clock is not synchronized.") if is_loose else ""


def _mail() -> str:
    """Whether the server takes our name and password; no mail is sent."""
    backend = get_backend("default")
    if backend in NOT_SENDING:  # which the settings' check tells, where it is wrong
        return ""
    mailer = get_connection(backend, timeout=SECONDS)
    try:
        mailer.open()
        mailer.close()
    except (OSError, smtplib.SMTPException) as error:
        return _("The mail server of EMAIL_URL refuses or does not answer: %s") % error
    return ""


def _backups() -> str:
    if not settings.BACKUP_TO:
        return "" if settings.DEMO else _("BACKUP_TO is empty: no backup is made.")
    try:
        fault = places.fault_of(settings.BACKUP_TO)
    except BackupRefused as refusal:
        return str(refusal)
    if fault or settings.BACKUP_TO.startswith(places.S3):
        return fault
    free = shutil.disk_usage(settings.BACKUP_TO).free
    return _("Only %d MB are free.") % (free // disks.MB) if free < disks.LOW else ""


def _certificate() -> str:
    """Of SITE_URL, as browsers see it from here."""
    parts = urlsplit(settings.SITE_URL)
    host = parts.hostname or ""
    context = ssl.create_default_context(cafile=certifi.where())
    try:
        with (
            socket.create_connection((host, parts.port or 443), timeout=SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            until = ssl.cert_time_to_seconds(str((secured.getpeercert() or {})["notAfter"]))
    except OSError as error:
        return _("SITE_URL does not answer with a valid certificate: %s") % error
    ends_at = datetime.fromtimestamp(until, UTC)
    if ends_at - timezone.now() > EXPIRES_SOON:
        return ""
    return _("The certificate ends on %(day)s and was not renewed.") % {"day": ends_at.date()}
