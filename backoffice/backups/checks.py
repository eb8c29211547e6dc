"""A public shop writes backups, to a place that takes them."""

from typing import Any

from django.conf import settings
from django.core import checks

from backoffice.backups import places


@checks.register(checks.Tags.security, deploy=True)
def backups_that_can_be_written(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Asked of this machine, as this user: the service may be allowed less."""
    if settings.DEMO or settings.DEBUG:
        return []
    if not settings.BACKUP_TO:
        hint = "Name a folder on another disk, or a bucket: docs/backups.md."
        text = "BACKUP_TO is empty: no backup is made."
        return [checks.Warning(text, hint=hint, id="backoffice.W001")]
    fault = places.fault_of(settings.BACKUP_TO)
    text = f"BACKUP_TO cannot be used: {fault}"
    return [checks.Error(text, id="backoffice.E001")] if fault else []
