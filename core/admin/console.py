"""What admin pages in core need from the site, which belongs to a higher layer."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse


class Console(Protocol):
    """The site."""

    def work_off(
        self, page: ModelAdmin[Any], request: HttpRequest, rows: QuerySet[Any]
    ) -> HttpResponse:
        """Let a worker run the chosen action on the rows, and show its progress."""

    def last_hand(self, row: Model, columns: Collection[str], since: datetime) -> str:
        """Who last changed one of these columns since then; empty if unknown."""
