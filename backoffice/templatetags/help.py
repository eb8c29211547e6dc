"""What each list of the back office is for, as its page says it."""

from django import template
from django.db.models import Model
from django.db.models.options import Options

from backoffice.help import HELP, Help

register = template.Library()


@register.filter
def help_of(opts: "Options[Model]") -> Help:
    """The help text of the model's list; empty if there is none."""
    return HELP.get(opts.label_lower, Help(""))
