"""State machines: an enum, one table of allowed steps, and the same table as a database trigger."""

from collections.abc import Mapping, Set

import pgtrigger
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from core.exceptions import InvalidTransition

Transitions = Mapping[TextChoices, Set[TextChoices]]


def check_transition(table: Transitions, old: TextChoices, new: TextChoices) -> None:
    """
    Allow only the steps that the table names.

    :raises InvalidTransition: if `new` does not follow from `old`
    """
    if new not in table.get(old, frozenset()):
        if old == new:
            raise InvalidTransition(_("It is “%s” already.") % old.label)
        raise InvalidTransition(
            _("It is “%(old)s” and cannot become “%(new)s”.") % {"old": old.label, "new": new.label}
        )


def transition_trigger(field: str, table: Transitions) -> pgtrigger.FSM:
    """The table as a trigger: PostgreSQL refuses any other step, no matter who takes it."""
    steps = [(str(old.value), str(new.value)) for old, after in table.items() for new in after]
    return pgtrigger.FSM(name=f"{field}_steps", field=field, transitions=sorted(steps))
