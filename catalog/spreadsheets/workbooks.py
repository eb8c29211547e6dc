"""Excel workbooks: checks the zip directory here, leaves the rest to a child process."""

import json
import logging
import shutil
import signal
from collections.abc import Iterator
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile
from threading import Timer
from typing import IO

from django.utils.translation import gettext as _

from catalog.spreadsheets import workbook_child
from catalog.spreadsheets.archives import open_archive
from core.documents import isolated
from core.web.uploads import FileRefused

logger = logging.getLogger(__name__)
_MB = 1024 * 1024
MAX_WORKBOOK = 512 * _MB
# Shared strings are held in memory, sheets are streamed, other parts are not read.
_MAX_TEXTS = 64 * _MB
_STREAMED = ("xl/worksheets/",)
_NOT_READ = ("xl/media/", "xl/drawings/", "xl/embeddings/", "xl/pivotcache/", "xl/calcchain.xml")
# Other parts are parsed as a tree of twenty times their size.
_MAX_PART = 2 * _MB
# Limits of the child process. The longest allowed texts take half of the memory.
MAX_MEMORY = 768 * _MB
# 250,000 rows of 12 columns take some minutes; the import's lease is 15 minutes.
MAX_CPU_SECONDS = 600
MAX_SECONDS = 840
_HEAD = b"PK\x03\x04"
_OVER_LIMITS = {workbook_child.OUT_OF_MEMORY, -signal.SIGXCPU, -signal.SIGKILL}


def is_workbook(file: IO[bytes]) -> bool:
    """Whether the file has the signature of a workbook. Rewinds the file."""
    file.seek(0)
    head = file.read(len(_HEAD))
    file.seek(0)
    return head == _HEAD


def check_workbook(file: IO[bytes]) -> None:
    """
    Check the sizes of its parts, without unpacking any.

    :raises FileRefused: if a part is too large
    """
    members = open_archive(file).infolist()
    is_too_large = any(member.file_size > _largest(member.filename) for member in members)
    if is_too_large or sum(member.file_size for member in members) > MAX_WORKBOOK:
        raise FileRefused(_("The workbook is too large. Split it, or save it as “CSV UTF-8”."))


def rows_of(file: IO[bytes]) -> Iterator[list[workbook_child.Cell]]:
    """
    The cells of each row of the first sheet, read lazily by a child process.

    :raises FileRefused: now or later, if it is unreadable or exceeds the limits
    """
    file.seek(0)
    with TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        program = isolated.command(
            workbook_child.__file__, memory=MAX_MEMORY, cpu_seconds=MAX_CPU_SECONDS
        )
        with Popen(program, stdin=copy, stdout=PIPE, stderr=DEVNULL, env={}) as child:
            timer = Timer(MAX_SECONDS, child.kill)
            timer.start()
            try:
                yield from map(json.loads, child.stdout or ())
                child.wait()
            finally:
                timer.cancel()
                child.kill()
    if child.returncode:
        raise _refusal(child.returncode)


def _largest(name: str) -> int:
    name = name.lower()
    if name.startswith(_STREAMED + _NOT_READ):
        return MAX_WORKBOOK
    return _MAX_TEXTS if name == "xl/sharedstrings.xml" else _MAX_PART


def _refusal(code: int) -> FileRefused:
    logger.warning("A workbook could not be read: its reader ended with %s", code)
    if code in _OVER_LIMITS:
        return FileRefused(
            _("Reading the workbook takes too long or too much memory. Save it as “CSV UTF-8”.")
        )
    return FileRefused(
        _("This is no Excel workbook that can be read. Save it again as .xlsx or as CSV.")
    )
