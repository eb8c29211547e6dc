"""What staff do with several rows at once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext

from core.exceptions import DomainError


def take_each(
    page: admin.ModelAdmin[Any],
    request: HttpRequest,
    queryset: QuerySet[Any],
    step: Callable[[UUID], object],
) -> None:
    """Take the step with each row; count what went well and say why the others did not."""
    number = 0
    for row in queryset:
        try:
            step(row.pk)
        except DomainError as refusal:
            page.message_user(request, f"{row}: {refusal}", messages.ERROR)
        else:
            number += 1
    if number:
        done = ngettext("%d was done.", "%d were done.", number) % number
        page.message_user(request, done, messages.SUCCESS)
