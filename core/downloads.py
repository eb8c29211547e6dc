"""Rows as a file to download, written while they are read."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.http import StreamingHttpResponse
from django.utils import translation

from core.tables import Columns, spreadsheet, texts

PieceT = TypeVar("PieceT", str, bytes)
ROWS_AT_ONCE = 500
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_file(
    columns: Columns, rows: Iterable[object], name: str, kind: str
) -> StreamingHttpResponse:
    """The rows as `csv`, `json` or `xlsx`, in the language of whoever asks."""
    language = translation.get_language()
    if kind == "xlsx":
        pieces: Iterator[bytes] | Iterator[str] = _said_in(language, spreadsheet(columns, rows))
    else:
        pieces = _said_in(language, _many(texts(columns, rows, kind)))
    return StreamingHttpResponse(
        pieces,
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def _many(pieces: Iterator[str]) -> Iterator[str]:
    """Many rows at once."""
    while block := "".join(islice(pieces, ROWS_AT_ONCE)):
        yield block


def _said_in(language: str | None, pieces: Iterator[PieceT]) -> Iterator[PieceT]:
    """The server has forgotten the asker's language when it sends them."""
    while True:
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
