"""Zip archives from people: looked through before anything in them is unpacked."""

import stat
from pathlib import PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from core.web.uploads import FileRefused

MAX_ARCHIVE = 200 * 1024 * 1024
MAX_FILES = 20_000
MAX_UNPACKED = 2 * 1024 * 1024 * 1024
# Names, sizes and places of that many files; ZipFile builds an object for each of them.
_MAX_DIRECTORY = 4 * 1024 * 1024
# Text shrinks to a tenth, pictures not at all; what shrinks to a hundredth is made to hurt.
_MAX_RATIO = 100
_SMALL = 10 * 1024 * 1024


class _BoundedDirectory:
    """
    The archive's file while ZipFile opens it: it reads the whole directory at once, as large as the
    end record says, in the old format or in zip64. A large one is refused before it is read.
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
    The archive, if all that lies in it may be unpacked. Reads its directory alone.

    :raises FileRefused: if it is none, too large, or made to hurt: with paths out of it, links,
        a password, or files that unpack to a hundred times their size
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
