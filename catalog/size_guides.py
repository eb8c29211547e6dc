"""Size guides as staff write them: rows of cells separated by semicolons, and notes."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Options that a size guide belongs to.
SIZE_OPTIONS = frozenset({"size", "talla"})
SEPARATOR = ";"


class SizeGuide(NamedTuple):
    """A table with its headings, and the notes below it."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def read_size_guide(text: str) -> SizeGuide | None:
    """The guide of such a text; None if it has no rows."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    split = [line.split(SEPARATOR) for line in lines if SEPARATOR in line]
    rows = [tuple(cell.strip() for cell in cells) for cells in split]
    if len(rows) <= 1:
        return None
    notes = tuple(line for line in lines if SEPARATOR not in line)
    return SizeGuide(rows[0], tuple(rows[1:]), notes)


def check_size_guide(text: str) -> None:
    """Refuse a text without rows, and rows of another length than the headings."""
    if not text.strip():
        return
    guide = read_size_guide(text)
    if guide is None:
        raise ValidationError(_("Write the headings and at least one row, with “;” between cells."))
    cells = len(guide.headings)
    for row in guide.rows:
        if len(row) != cells:
            raise ValidationError(
                _("The row “%(row)s” needs %(cells)s cells."),
                params={"row": row[0], "cells": cells},
            )
