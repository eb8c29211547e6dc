"""What admin pages in core need from the site, which belongs to a higher layer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A row that was changed: its name, and what it held before and after, as JSON."""

    row: Model
    before: Any
    after: Any
    # Several rows may hang on one, such as the shelves of a variant.
    part: str = ""


class Console(Protocol):
    """The site."""

    def work_off(
        self, page: ModelAdmin[Any], request: HttpRequest, rows: QuerySet[Any]
    ) -> HttpResponse:
        """Let a worker run the chosen action on the rows, and show its progress."""

    def last_hand(self, row: Model, columns: Collection[str], since: datetime) -> str:
        """Who last changed one of these columns since then; empty if unknown."""

    def done(
        self, request: HttpRequest, text: str, *, kind: str, rows: Sequence[Changed], right: str
    ) -> None:
        """Say what was done, and offer for ten minutes to take it back."""
