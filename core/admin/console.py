"""What pages of the back office ask of their site, which knows the apps above them."""

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
        """Have a worker do the chosen action to the rows, and show how far it has come."""

    def last_hand(self, row: Model, columns: Collection[str], since: datetime) -> str:
        """Who last changed one of these columns since then; empty if unknown."""
