"""Models that are state machines. Apart from their tables, which are read before models may be."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.db.models import TextChoices

from core.states import Transitions, check_transition


class Stateful(models.Model):
    """A model whose status takes no step but those of its table."""

    transitions: ClassVar[Transitions]
    state_field: ClassVar[str] = "status"
    # What a step writes down beside the status itself.
    saved_with_state: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def move_to(self, state: TextChoices, *, saving: Sequence[str] = ()) -> None:
        """
        Take one step, and write these columns with it. The caller holds the row lock.

        :raises InvalidTransition: if the table does not name the step
        """
        check_transition(self.transitions, type(state)(getattr(self, self.state_field)), state)
        setattr(self, self.state_field, state)
        self.save(update_fields=[self.state_field, *self.saved_with_state, *saving])
