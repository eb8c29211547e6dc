from typing import Any

from django import template
from django.template.context import RequestContext

from backoffice.models import SavedList
from backoffice.saved_filters import saved_for

register = template.Library()


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
