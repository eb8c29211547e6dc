"""Rows as a file to download, written while they are read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.http import StreamingHttpResponse
from django.utils import translation

from core.reports.tables import CSV_FOR_PEOPLE, Columns, Foot, spreadsheet, texts

PieceT = TypeVar("PieceT", str, bytes)
ROWS_AT_ONCE = 500
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, kw_only=True)
class Looks:
    """
    What people see of a file: of a spreadsheet its sheet's name and what stands below its rows.

    `has_headings` names the columns of a CSV file as people do; programs know them by their keys.
    """

    title: str
    foot: Foot = tuple
    has_headings: bool = False


def as_file(
    columns: Columns, rows: Iterable[object], name: str, kind: str, looks: Looks
) -> StreamingHttpResponse:
    """The rows as `csv`, `json` or `xlsx`, in the requester's language."""
    language = translation.get_language()
    if kind == "xlsx":
        pieces: Iterator[bytes] | Iterator[str] = _said_in(
            language, spreadsheet(columns, rows, name=looks.title, foot=looks.foot)
        )
    else:
        written = CSV_FOR_PEOPLE if kind == "csv" and looks.has_headings else kind
        pieces = _said_in(language, _many(texts(columns, rows, written)))
    return StreamingHttpResponse(
        pieces,
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def _many(pieces: Iterator[str]) -> Iterator[str]:
    """Rows in chunks."""
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
