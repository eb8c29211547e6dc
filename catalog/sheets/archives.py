"""Zip archives from people: looked through before anything in them is unpacked."""

import stat
from pathlib import PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from core.uploads import FileRefused

LARGEST_ARCHIVE = 200 * 1024 * 1024
MOST_FILES = 20_000
LARGEST_UNPACKED = 2 * 1024 * 1024 * 1024
# Text shrinks to a tenth, pictures not at all; what shrinks to a five-hundredth is made to hurt.
_MOST_SHRUNK = 500
_SMALL = 10 * 1024 * 1024


def open_archive(file: IO[bytes]) -> ZipFile:
    """
    The archive, if all that lies in it may be unpacked.

    :raises FileRefused: if it is none, too large, or made to hurt: with paths out of it, links,
        a password, or files that unpack to thousands of times their size
    """
    file.seek(0)
    try:
        archive = ZipFile(file)
        members = archive.infolist()
    except (BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise FileRefused(_("This is no zip archive that can be read. Make it anew.")) from error
    if len(members) > MOST_FILES:
        raise FileRefused(
            _("There are more than %(most)s files in the archive: split it.")
            % {"most": f"{MOST_FILES:,}"}
        )
    if sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise FileRefused(_("The archive would unpack to more than 2 GB: split it."))
    for member in members:
        _check(member)
    return archive


def _check(member: ZipInfo) -> None:
    name = member.filename
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0:1]:
        _refuse(_("it leads out of the archive"), name)
    if stat.S_ISLNK(member.external_attr >> 16):
        _refuse(_("it is a link"), name)
    if member.flag_bits & 1:
        _refuse(_("it has a password"), name)
    if member.file_size > _SMALL and member.file_size > _MOST_SHRUNK * member.compress_size:
        _refuse(_("it would unpack to more than is sensible"), name)


def _refuse(reason: str, name: str) -> None:
    raise FileRefused(
        _("The archive is refused for its file “%(name)s”: %(reason)s. Take it out and try again.")
        % {"name": name[:80], "reason": reason}
    )
