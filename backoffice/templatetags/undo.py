"""The button that a message brings along."""

from typing import Any

from django import template
from django.contrib.messages.storage.base import Message

from backoffice.models import Undoable
from backoffice.undo.services import TAG

register = template.Library()


@register.filter
def undoable_of(message: Message) -> Any:
    """What the message told, while it can be taken back. One query where it can be at all."""
    tag = message.extra_tags or ""
    if not tag.startswith(TAG):
        return None
    return Undoable.objects.in_time().filter(pk=tag.removeprefix(TAG)).first()
