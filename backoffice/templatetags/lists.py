"""What the page of every list shows above its rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from django import template
from django.db.models import Model
from django.db.models.options import Options
from django.http import HttpRequest
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django_stubs_ext import StrOrPromise

from accounts import roles
from accounts.selectors import is_seller
from backoffice.bulk.jobs import latest_of
from backoffice.help import HELP, Help
from backoffice.models import SavedList
from backoffice.saved_filters import role_names, saved_for
from core.admin.lists import MAX_COUNTED
from core.admin.sums import is_beyond, sums_of

register = template.Library()
MAX_ACTIONS = 3


@register.filter
def help_of(opts: "Options[Model]") -> Help:
    """The help text of the model's list; empty if there is none."""
    return HELP.get(opts.label_lower, Help(""))


@register.inclusion_tag("admin/_bulk_actions.html", takes_context=True)
def bulk_actions(context: RequestContext) -> dict[str, Any]:
    """The way back to what the person has asked for on the list that is shown. One query."""
    page = context["cl"].model_admin
    found = latest_of(context["request"].user.pk, page.opts.label_lower)[:MAX_ACTIONS]
    named = ((each, getattr(page, each.action, None)) for each in found)
    return {"actions": [(each, what.short_description) for each, what in named if what]}


@register.inclusion_tag("admin/_sums.html", takes_context=True)
def sums(context: RequestContext) -> dict[str, Any]:
    """What the sifted rows add up to. One query where something is summed."""
    shown = context["cl"]
    return {"sums": sums_of(shown), "is_beyond": is_beyond(shown), "most": MAX_COUNTED}


@register.filter
def labelled(cells: Iterable[str], heads: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The cells of a row, each with the name of its column, which cards show before it."""
    for cell, head in zip_longest(cells, heads):
        text = str(head["text"]) if head else ""
        if cell is None or not text or "<" in text:
            yield cell or ""
        else:
            named = format_html('<td data-label="{}"', capfirst(text))
            # The cell is markup already, whose first letters are its tag.
            yield mark_safe(cell.replace("<td", named, 1))  # noqa: S308


def _roles(request: HttpRequest) -> list[tuple[str, StrOrPromise]]:
    """The roles that a saved list may be for; a seller's people share with theirs."""
    if is_seller(request.user):
        return []
    return [(name, roles.label(name)) for name in role_names()]


@register.inclusion_tag("admin/_saved_lists.html", takes_context=True)
def saved_lists(context: RequestContext) -> dict[str, Any]:
    """The saved filters of this list, and a form to save the current one. One query."""
    request, shown = context["request"], context["cl"]
    rows = shown.opts.label_lower
    query = shown.get_query_string().removeprefix("?")
    may_save = bool(query) and not shown.is_popup
    saved: list[SavedList] = [] if shown.is_popup else list(saved_for(request, rows))
    return {
        "saved": saved,
        "user": request.user,
        "rows": rows,
        "query": query,
        "may_save": may_save and query not in {s.query for s in saved},
        "roles": _roles(request) if may_save else [],
        "csrf_token": context.get("csrf_token"),
    }
