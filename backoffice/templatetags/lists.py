"""What the page of every list shows above its rows."""

from typing import Any

from django import template
from django.db.models import Model
from django.db.models.options import Options
from django.template.context import RequestContext

from backoffice.bulk.jobs import latest_of
from backoffice.help import HELP, Help
from backoffice.models import SavedList
from backoffice.saved_filters import saved_for

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


@register.inclusion_tag("admin/_saved_lists.html", takes_context=True)
def saved_lists(context: RequestContext) -> dict[str, Any]:
    """The saved filters of this list, and a form to save the current one. One query."""
    request, shown = context["request"], context["cl"]
    rows = shown.opts.label_lower
    query = shown.get_query_string().removeprefix("?")
    saved: list[SavedList] = [] if shown.is_popup else list(saved_for(request, rows))
    return {
        "saved": saved,
        "user": request.user,
        "rows": rows,
        "query": query,
        "may_save": bool(query) and not shown.is_popup and query not in {s.query for s in saved},
        "csrf_token": context.get("csrf_token"),
    }
