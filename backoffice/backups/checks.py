"""A public shop writes backups, to a place that takes them."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's

from backoffice.backups import places


@register(Tags.security, deploy=True)
def backups_that_can_be_written(**_kwargs: Any) -> list[CheckMessage]:
    """Asked of this machine, as this user: the service may be allowed less."""
    if settings.DEMO or settings.DEBUG:
        return []
    if not settings.BACKUP_TO:
        hint = "Name a folder on another disk, or a bucket: docs/backups.md."
        return [Warning("BACKUP_TO is empty: no backup is made.", hint=hint, id="backoffice.W001")]
    fault = places.fault_of(settings.BACKUP_TO)
    return [Error(f"BACKUP_TO cannot be used: {fault}", id="backoffice.E001")] if fault else []
