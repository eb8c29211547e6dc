"""What is done to many rows of a list at once: asked before, and what went wrong told by row."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.messages import ERROR, SUCCESS
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.admin import tell_refusals
from core.exceptions import DomainError

MOST_AT_ONCE = 1_000
MOST_NAMED = 20
# Django's own question before a deletion is answered with this field, too.
ANSWER = "post"

Action = Callable[..., HttpResponse | None]


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


def take_each(
    page: ModelAdmin[Any],
    request: HttpRequest,
    queryset: QuerySet[Any],
    step: Callable[[Any], object],
) -> None:
    """
    Take the step with each row's key; count what went well, say why the others did not.

    Nothing is done to more rows than somebody can wait for: he is told to choose fewer.
    """
    rows = list(queryset[: MOST_AT_ONCE + 1])
    if len(rows) > MOST_AT_ONCE:
        text = _("At most %(most)d at once: filter the list and choose fewer.")
        page.message_user(request, text % {"most": MOST_AT_ONCE}, ERROR)
        return
    refusals = []
    number = 0
    for row in rows:
        try:
            step(row.pk)
        except DomainError as refusal:
            refusals.append(f"{row}: {refusal}")
        else:
            number += 1
    if number:
        done = ngettext("%d was done.", "%d were done.", number) % number
        page.message_user(request, done, SUCCESS)
    tell_refusals(request, refusals)


def _question(page: ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
    number = queryset.count()
    sent = [(key, value) for key, values in request.POST.lists() for value in values]
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": dict(page.get_action_choices(request, []))[request.POST["action"]],
        "number": number,
        "rows": list(queryset[:MOST_NAMED]),
        "others": max(0, number - MOST_NAMED),
        "sent": [(key, value) for key, value in sent if key != "csrfmiddlewaretoken"],
        "answer": ANSWER,
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/confirm_action.html", context)
