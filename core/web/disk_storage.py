"""Folders of this machine, whose disk may be full."""

import errno
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext_lazy as _

from core.web.uploads import FileRefused

_FULL = (errno.ENOSPC, errno.EDQUOT)


class DiskFull(FileRefused):
    """There is no room for another file, or the shop's share of the disk is used up."""


class DiskStorage(FileSystemStorage):
    """Says in words that nothing fits any more, and leaves no half of a file behind."""

    def _save(self, name: str, content: Any) -> str:
        """:raises DiskFull: in place of the system's error"""
        try:
            return str(super()._save(name, content))  # type: ignore[misc]  # has no type
        except OSError as error:
            if error.errno not in _FULL:
                raise
            self._clear(Path(self.path(name)), content.size)
            raise DiskFull(
                _("There is no room for files at the moment. Please try again later.")
            ) from error

    def _clear(self, path: Path, wanted: int) -> None:
        """A whole file there would be somebody else's."""
        with suppress(OSError):
            if path.stat().st_size < wanted:
                path.unlink()
