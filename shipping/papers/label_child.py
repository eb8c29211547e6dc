"""
Puts PDFs of carriers between the pages of ours: reads all of them on stdin, writes one to stdout.

`shipping.papers.carrier_labels` runs this file by `core.documents.isolated`. It imports none of our
modules.
"""

import json
import sys
from io import BytesIO
from typing import Any

MAX_PAGES = 4
# What a page could do instead of being printed.
_ACTS = ("/Annots", "/AA")


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
    _merge()
