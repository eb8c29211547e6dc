import logging

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from backoffice.backups import backup
from backoffice.backups.archives import BackupRefused
from backoffice.bulk import jobs
from backoffice.imports import services
from backoffice.monitoring import queues, system_status
from backoffice.month_end import checks, files
from backoffice.reports import weekly
from backoffice.undo import services as undo
from catalog.spreadsheets import picture_fetches

logger = logging.getLogger(__name__)

_AT_ONCE = 20


@shared_task(ignore_result=True, expires=queues.BEATS_EVERY)
def beat(queue: str) -> None:
    """Record that the queue is worked off; a canary that waited too long does not count."""
    queues.beat(queue)


@shared_task(ignore_result=True)
def work_off_sheets() -> int:
    """Check and take in the spreadsheets that wait; returns how many steps were done."""
    return services.work_off()


@shared_task(ignore_result=True)
def fetch_pictures() -> int:
    """Fetch pictures that spreadsheets name, the longest waiting first; returns how many."""
    due = picture_fetches.lease_due(_AT_ONCE)
    for row in due:
        with translation.override(row.sheet.language if row.sheet else settings.LANGUAGE_CODE):
            picture_fetches.fetch_picture(row)
    return len(due)


@shared_task(ignore_result=True)
def forget_old_sheets() -> int:
    """Delete the spreadsheets that were finished long ago; returns how many."""
    return services.forget_old()


@shared_task(ignore_result=True, expires=jobs.TURN)
def work_off_bulk_actions() -> int:
    """Take rows of the bulk actions that wait, in turn; returns how many."""
    return jobs.work_off()


@shared_task(ignore_result=True)
def forget_old_bulk_actions() -> int:
    """Delete bulk actions, and what takes changes back, of long ago; returns how many."""
    return jobs.forget_old() + undo.forget_old()


@shared_task(ignore_result=True)
def work_off_books_checks() -> int:
    """Check the books as somebody has asked for it; returns how many checks were done."""
    return checks.work_off()


@shared_task(ignore_result=True)
def work_off_month_files() -> int:
    """Make the months' files that somebody has asked for; returns how many."""
    return files.work_off()


@shared_task(ignore_result=True)
def forget_old_month_files() -> int:
    """Delete the months' files of long ago with their links; returns how many."""
    return files.forget_old()


@shared_task(ignore_result=True)
def mail_week() -> bool:
    """Write to the owner about last week's sales, once; whether it did."""
    return weekly.send()


@shared_task(ignore_result=True)
def back_up() -> str:
    """Write the night's backup, if the shop names a place for it; returns its name."""
    if not settings.BACKUP_TO:
        return ""
    target = settings.BACKUP_TO.rstrip("/") + "/"
    try:
        made = backup.write(target, say=logger.info, keep=settings.BACKUP_KEEP)
    except BackupRefused as refusal:
        cache.set(system_status.BACKUP_FAILURE, str(refusal), None)
        raise
    cache.delete(system_status.BACKUP_FAILURE)
    logger.info("Backed up into %s, %s bytes", made.name, made.size)
    return made.name
