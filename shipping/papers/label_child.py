"""
Puts PDFs of carriers between the pages of ours: reads all of them on stdin, writes one to stdout.

`shipping.papers.carrier_labels` runs this file as a separate process with limits of memory (bytes)
and CPU time (seconds). It imports none of our modules.
"""

import json
import resource
import sys
from contextlib import suppress
from io import BytesIO
from typing import Any

MAX_PAGES = 4
# What a page could do instead of being printed.
_ACTS = ("/Annots", "/AA")


def _set_limits(memory: int, cpu_seconds: int) -> None:
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        # Fails if the system has a lower limit already, and on macOS for memory.
        with suppress(ValueError):
            resource.setrlimit(kind, (limit, limit))


def _merge() -> None:
    """The first line on stdin has the size of ours, and after which page which size is to come."""
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - after the limits are set

    source = sys.stdin.buffer
    own_size, labels = json.loads(source.readline())
    own = PdfReader(BytesIO(source.read(own_size)))
    writer, done, refused = PdfWriter(), 0, []
    for number, (after, size) in enumerate(labels):
        writer.append(own, pages=(done, after), import_outline=False)
        done = after
        pages = _pages(PdfReader, source.read(size))
        if not pages:
            refused.append(number)
        for page in pages:
            writer.add_page(page)
    writer.append(own, pages=(done, len(own.pages)), import_outline=False)
    merged = BytesIO()
    writer.write(merged)
    sys.stdout.buffer.write(json.dumps(refused).encode() + b"\n" + merged.getvalue())


def _pages(reader: Any, file: bytes) -> list[Any]:
    """The pages of a label without what acts; none if it is broken, locked or no label."""
    try:
        found = reader(BytesIO(file))
        if found.is_encrypted or not 0 < len(found.pages) <= MAX_PAGES:
            return []
        pages = list(found.pages)
        for page in pages:
            page.get_contents()
            for name in _ACTS:
                page.pop(name, None)
    # A broken file raises whatever its reader stumbles over; the other labels are still wanted.
    except Exception:  # noqa: BLE001
        return []
    return pages


if __name__ == "__main__":
    _set_limits(*map(int, sys.argv[1:]))
    _merge()
