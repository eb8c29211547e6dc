"""State machines: an enum, one table of allowed steps, and the same table as a database trigger."""

from collections.abc import Mapping, Set

import pgtrigger
from django.db.models import TextChoices

from core.exceptions import InvalidTransition

Transitions = Mapping[TextChoices, Set[TextChoices]]


def check_transition(table: Transitions, old: TextChoices, new: TextChoices) -> None:
    """
    Allow only the steps that the table names.

    :raises InvalidTransition: if `new` does not follow from `old`
    """
    if new not in table.get(old, frozenset()):
        raise InvalidTransition(f"{old.label} → {new.label}?")


def transition_trigger(field: str, table: Transitions) -> pgtrigger.FSM:
    """The table as a trigger: PostgreSQL refuses any other step, whoever takes it."""
    steps = [(str(old.value), str(new.value)) for old, after in table.items() for new in after]
    return pgtrigger.FSM(name=f"{field}_steps", field=field, transitions=sorted(steps))
