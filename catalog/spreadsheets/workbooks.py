"""Excel workbooks: their zip directory is looked at here, and all else by a child process."""

import json
import logging
import shutil
import signal
import sys
from collections.abc import Iterator
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile
from threading import Timer
from typing import IO

from django.utils.translation import gettext as _

from catalog.spreadsheets import workbook_child
from catalog.spreadsheets.archives import open_archive
from core.web.uploads import FileRefused

logger = logging.getLogger(__name__)
_MB = 1024 * 1024
MAX_WORKBOOK = 512 * _MB
# Its texts are all held in memory, sheets are read row by row, and these others not at all.
_MAX_TEXTS = 64 * _MB
_STREAMED = ("xl/worksheets/",)
_NOT_READ = ("xl/media/", "xl/drawings/", "xl/embeddings/", "xl/pivotcache/", "xl/calcchain.xml")
# All else is read whole, as a tree that takes twenty times its size.
_MAX_PART = 2 * _MB
# Of the child process. The longest texts allowed take about half of the memory.
MAX_MEMORY = 768 * _MB
# 250,000 rows of a dozen columns take some minutes; the import's lease is 15.
MAX_CPU_SECONDS = 600
MAX_SECONDS = 840
_HEAD = b"PK\x03\x04"
_OVER_LIMITS = {workbook_child.OUT_OF_MEMORY, -signal.SIGXCPU, -signal.SIGKILL}


def is_workbook(file: IO[bytes]) -> bool:
    """Whether it begins as one. Leaves the file at its beginning."""
    file.seek(0)
    head = file.read(len(_HEAD))
    file.seek(0)
    return head == _HEAD


def check_workbook(file: IO[bytes]) -> None:
    """
    Look at how large its parts are, without unpacking any.

    :raises FileRefused: if one is too large to be read
    """
    members = open_archive(file).infolist()
    is_too_large = any(member.file_size > _largest(member.filename) for member in members)
    if is_too_large or sum(member.file_size for member in members) > MAX_WORKBOOK:
        raise FileRefused(_("The workbook is too large. Split it, or save it as “CSV UTF-8”."))


def rows_of(file: IO[bytes]) -> Iterator[list[workbook_child.Cell]]:
    """
    The cells of each row of its first sheet, read by a child process as they are asked for.

    :raises FileRefused: now or later, if it cannot be read, or not within the limits
    """
    file.seek(0)
    with TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        # Isolated and without environment: it knows no password of ours.
        limits = (str(MAX_MEMORY), str(MAX_CPU_SECONDS))
        program = [sys.executable, "-I", workbook_child.__file__, *limits]
        with Popen(  # noqa: S603 - our own program
            program, stdin=copy, stdout=PIPE, stderr=DEVNULL, env={}
        ) as child:
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
