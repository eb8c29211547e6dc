from typing import Any

from django import template
from django.template.context import RequestContext

from backoffice.bulk.jobs import latest_of

register = template.Library()
MAX_SHOWN = 3


@register.inclusion_tag("admin/_bulk_actions.html", takes_context=True)
def bulk_actions(context: RequestContext) -> dict[str, Any]:
    """The way back to what the person has asked for on the list that is shown. One query."""
    page = context["cl"].model_admin
    found = latest_of(context["request"].user.pk, page.opts.label_lower)[:MAX_SHOWN]
    named = ((each, getattr(page, each.action, None)) for each in found)
    return {"actions": [(each, what.short_description) for each, what in named if what]}
