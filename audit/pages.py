"""The log on the screen: all of it, and what happened to one thing."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit.forms import LogForm
from audit.selectors import PAGE, Asked, Told, entries, told

MAY_READ = "audit.view_auditentry"


@dataclass(frozen=True)
class Leaf:
    """Some entries, and from where the older ones go on."""

    entries: list[Told]
    next_before: UUID | None


def log(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The log by any filter, latest first. At most 13 queries beside those of the frame."""
    form = LogForm(request.GET)
    query = request.GET.copy()
    query.pop("before", None)
    context |= {
        "title": capfirst(_("audit log")),
        "form": form,
        "leaf": leaf_of(form.asked()) if form.is_valid() else Leaf([], None),
        "query": query.urlencode(),
    }
    return TemplateResponse(request, "admin/audit/log.html", context)


def history(request: HttpRequest, page: "ModelAdmin[Any]", object_id: str) -> HttpResponse:
    """
    The changes of a row and of its children, for example an order's lines and payments.

    :raises Http404: if the row does not exist or the person may not know of it
    :raises PermissionDenied: if the person may not view it
    """
    key = unquote(object_id)
    row = page.get_object(request, key)
    if row is None:
        raise Http404
    if not page.has_view_permission(request, row):
        raise PermissionDenied
    before = request.GET.get("before", "")
    context = {
        **page.admin_site.each_context(request),
        "title": _("History: %s") % row,
        "object": row,
        "opts": page.opts,
        "leaf": leaf_of(Asked(of=(page.model._meta.db_table, str(row.pk)), before=key_of(before))),
    }
    return TemplateResponse(request, "admin/audit/history.html", context)


def leaf_of(asked: Asked) -> Leaf:
    """The first page of the requested entries."""
    found = list(entries(asked)[: PAGE + 1])
    shown = found[:PAGE]
    return Leaf(told(shown), shown[-1].pk if len(found) > PAGE else None)


def key_of(text: str) -> UUID | None:
    """The key in the address; None if it is malformed."""
    try:
        return UUID(text)
    except ValueError:
        return None
