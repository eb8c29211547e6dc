"""Actions on many rows of a list: confirmed first, failures reported by row."""

import logging
from collections.abc import Callable
from functools import update_wrapper, wraps
from typing import Any, cast

from django.contrib.admin import ModelAdmin
from django.contrib.messages import SUCCESS
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.admin.base import tell_refusals
from core.admin.console import Console
from core.exceptions import DomainError

logger = logging.getLogger(__name__)

MAX_AT_ONCE = 50
MAX_NAMED = 20
# Django's own question before a deletion is answered with this field, too.
ANSWER = "post"

Action = Callable[..., HttpResponse | None]
Step = Callable[[Any, HttpRequest, Any], object]


def asked_before(action: Action) -> Action:
    """
    An action that shows first how many rows it will touch, and which, and waits for a yes.

    All of a filter's rows are counted as well, not only those of the page.
    """

    @wraps(action)
    def asked(
        page: ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        if request.POST.get(ANSWER):
            return action(page, request, queryset)
        return _question(page, request, queryset)

    return asked


class RowAction:
    """
    An action that takes a step with each row, asked before; decorates that step.

    A few rows are processed in the request. More are left to a worker, row by row, with a page that
    shows the progress. The step runs in the name of the person: of the request it has only them and
    the values typed beside the action. After the loss of a worker it may run again for a row.
    """

    def __init__(self, step: Step) -> None:
        self.step = step
        update_wrapper(self, step)

    def __call__(
        self, page: ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        if not request.POST.get(ANSWER):
            return _question(page, request, queryset)
        rows = list(queryset[: MAX_AT_ONCE + 1])
        if len(rows) > MAX_AT_ONCE:
            return cast("Console", page.admin_site).work_off(page, request, queryset)
        tried = [(row, self.refusal(page, request, row)) for row in rows]
        refusals = [f"{row}: {reason}" for row, reason in tried if reason]
        done = [row for row, reason in tried if not reason]
        if done:
            page.message_user(request, _told(page, done), SUCCESS)
        tell_refusals(request, refusals)
        return None

    def refusal(self, page: ModelAdmin[Any], request: HttpRequest, row: Any) -> str:
        """Take the step with this row; gives why it could not be taken, or nothing."""
        try:
            self.step(page, request, row)
        except ObjectDoesNotExist:
            return _("It is no longer there.")
        except DomainError as refusal:
            return str(refusal)
        except Exception:
            # The other rows have nothing to do with it.
            logger.exception("%s failed with %s", self.step.__qualname__, row.pk)
            return _("It failed; the shop's log says why. Tell the administrator.")
        return ""


def _told(page: ModelAdmin[Any], done: list[Any]) -> str:
    number = len(done)
    if number == 1:
        return _("Done: %s.") % _in_words(page, done[0])
    return ngettext("%d was done.", "%d were done.", number) % number


def _in_words(page: ModelAdmin[Any], row: Any) -> str:
    """A row as people know it; a page whose rows are but numbers says more by `row_in_words`."""
    return str(getattr(page, "row_in_words", str)(row))


def _question(page: ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
    number = queryset.count()
    sent = [(key, value) for key, values in request.POST.lists() for value in values]
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": dict(page.get_action_choices(request, []))[request.POST["action"]],
        "number": number,
        "rows": [_in_words(page, row) for row in queryset[:MAX_NAMED]],
        "others": max(0, number - MAX_NAMED),
        "sent": [(key, value) for key, value in sent if key != "csrfmiddlewaretoken"],
        "answer": ANSWER,
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/confirm_action.html", context)
