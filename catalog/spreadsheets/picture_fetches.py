"""Fetches pictures named in spreadsheets and adds them to products."""

import zlib
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from pathlib import PurePosixPath
from uuid import UUID
from zipfile import BadZipFile

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.imports.lines import LANGUAGES
from catalog.models import FetchStatus, PictureFetch, ProductImage, SheetImport
from catalog.safe_fetch import FetchFailed, fetch
from catalog.spreadsheets.archives import open_archive
from core.exceptions import DomainError
from core.web.uploads import MAX_FILE, FileRefused, clean_picture

MAX_ATTEMPTS = 4
SECONDS = 20.0
_LEASE = timedelta(minutes=3)
_WAIT = timedelta(minutes=2)
_BROKEN = (BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)


def lease_due(limit: int) -> list[PictureFetch]:
    """Lease pictures that are due to this worker; expired leases are due again."""
    with transaction.atomic():
        rows = PictureFetch.objects.filter(status=FetchStatus.WAITING, due_at__lte=timezone.now())
        free = rows.select_related("sheet").select_for_update(skip_locked=True, of=("self",))
        due = list(free.order_by("due_at")[:limit])
        for row in due:
            row.attempts += 1
            row.due_at = timezone.now() + _LEASE
        PictureFetch.objects.bulk_update(due, ["attempts", "due_at"])
    return due


def fetch_picture(row: PictureFetch) -> None:
    """
    Fetch a picture and add it to its product. Failures are recorded, and retried if temporary.
    """
    try:
        if row.attempts > MAX_ATTEMPTS:
            raise FetchFailed(_("The server took too long or broke off."))
        content = clean_picture(BytesIO(_content(row)))
    except DomainError as error:
        _fail(row, error)
        return
    with transaction.atomic():
        # Another worker may have taken it after the lease expired.
        current = PictureFetch.objects.select_for_update().filter(pk=row.pk).first()
        if current is None or current.status == FetchStatus.DONE:
            return
        image = ProductImage(
            product_id=row.product_id,
            variant_id=row.variant_id,
            option_key=row.option_key,
            value_key=row.value_key,
            position=row.position,
            **{f"alt_{code}": getattr(row.product, f"name_{code}") for code in LANGUAGES},
        )
        image.picture.save(str(content.name), content, save=False)
        image.save(force_insert=True)
        PictureFetch.objects.filter(pk=row.pk).update(
            status=FetchStatus.DONE, error="", image=image
        )


def retry(keys: Sequence[UUID]) -> int:
    """Queue failed pictures again; returns how many."""
    return PictureFetch.objects.filter(pk__in=keys, status=FetchStatus.FAILED).update(
        status=FetchStatus.WAITING, attempts=0, due_at=timezone.now()
    )


def _fail(row: PictureFetch, error: DomainError) -> None:
    is_over = not isinstance(error, FetchFailed) or row.attempts >= MAX_ATTEMPTS
    PictureFetch.objects.filter(pk=row.pk, status=FetchStatus.WAITING).update(
        status=FetchStatus.FAILED if is_over else FetchStatus.WAITING,
        error=str(error),
        due_at=timezone.now() + _WAIT * 2**row.attempts,
    )


def _content(row: PictureFetch) -> bytes:
    if "://" in row.source:
        return fetch(row.source, most=MAX_FILE, seconds=SECONDS)
    if row.sheet is None or not row.sheet.pictures:
        raise FileRefused(_("It is no address, and no archive with pictures came with the file."))
    return _from_archive(row.sheet, row.source)


def _from_archive(sheet: SheetImport, name: str) -> bytes:
    """The file of that path in the archive, or of that name in any of its folders."""
    with sheet.pictures.open("rb") as file, open_archive(file) as archive:
        wanted = name.replace("\\", "/").lower()
        members = [
            member
            for member in archive.infolist()
            if wanted in {member.filename.lower(), PurePosixPath(member.filename).name.lower()}
        ]
        exact = [member for member in members if member.filename.lower() == wanted]
        found = exact or members
        if len(found) != 1:
            raise FileRefused(
                _("The archive has no file of that name.")
                if not found
                else _("The archive has several files of that name: write its folder too.")
            )
        try:
            with archive.open(found[0]) as member:
                return member.read(MAX_FILE + 1)
        except _BROKEN as error:
            raise FileRefused(
                _("This is no zip archive that can be read. Make it again.")
            ) from error
