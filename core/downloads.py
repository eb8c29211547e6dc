"""Rows as a file to download, written while they are read."""

from collections.abc import Iterable, Iterator
from itertools import islice
from tempfile import TemporaryFile

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from core.tables import Columns, texts, write_spreadsheet

ROWS_AT_ONCE = 500
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def as_file(columns: Columns, rows: Iterable[object], name: str, kind: str) -> HttpResponseBase:
    """The rows as `csv`, `json` or `xlsx`, in the language of whoever asks."""
    if kind == "xlsx":
        file = TemporaryFile()  # noqa: SIM115 - the response closes it
        write_spreadsheet(columns, rows, file)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")
    return StreamingHttpResponse(
        _blocks(texts(columns, rows, kind), translation.get_language()),
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def _blocks(pieces: Iterator[str], language: str | None) -> Iterator[str]:
    """Many rows at once; the server has forgotten the asker's language when it sends them."""
    while True:
        with translation.override(language):
            block = "".join(islice(pieces, ROWS_AT_ONCE))
        if not block:
            return
        yield block
