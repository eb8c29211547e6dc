"""Uploaded zip archives, checked before anything is unpacked."""

import stat
from pathlib import PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from core.web.uploads import FileRefused

MAX_ARCHIVE = 200 * 1024 * 1024
MAX_FILES = 20_000
MAX_UNPACKED = 2 * 1024 * 1024 * 1024
# Enough for the directory of MAX_FILES; ZipFile creates an object for each entry.
_MAX_DIRECTORY = 4 * 1024 * 1024
# Text compresses to a tenth, pictures not at all; a hundredth is a zip bomb.
_MAX_RATIO = 100
_SMALL = 10 * 1024 * 1024


class _BoundedDirectory:
    """
    The archive while ZipFile opens it: refuses to read a large directory.

    ZipFile reads the whole directory at once, as large as the end record says, also in zip64
    format.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if size > _MAX_DIRECTORY:
            raise _too_many()
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def open_archive(file: IO[bytes]) -> ZipFile:
    """
    Open an archive whose files are safe to unpack. Reads only its directory.

    :raises FileRefused: if it is no archive, too large, or malicious: paths outside of it, links,
        passwords, or a compression ratio over 100
    """
    file.seek(0)
    try:
        archive = ZipFile(_BoundedDirectory(file))
    except (BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise FileRefused(_("This is no zip archive that can be read. Make it again.")) from error
    archive.fp = file
    members = archive.infolist()
    if len(members) > MAX_FILES:
        raise _too_many()
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise FileRefused(_("The archive would unpack to more than 2 GB: split it."))
    for member in members:
        _check(member)
    return archive


def _too_many() -> FileRefused:
    return FileRefused(
        _("There are more than %(most)s files in the archive: split it.")
        % {"most": f"{MAX_FILES:,}"}
    )


def _check(member: ZipInfo) -> None:
    name = member.filename
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0:1]:
        _refuse(_("it leads out of the archive"), name)
    if stat.S_ISLNK(member.external_attr >> 16):
        _refuse(_("it is a link"), name)
    if member.flag_bits & 1:
        _refuse(_("it has a password"), name)
    if member.file_size > _SMALL and member.file_size > _MAX_RATIO * member.compress_size:
        _refuse(_("it would unpack to more than is sensible"), name)


def _refuse(reason: str, name: str) -> None:
    raise FileRefused(
        _("The archive is refused for its file “%(name)s”: %(reason)s. Take it out and try again.")
        % {"name": name[:80], "reason": reason}
    )
