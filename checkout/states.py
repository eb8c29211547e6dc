from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Transitions


class DraftStatus(models.TextChoices):
    OPEN = "open", _("open")
    PLACED = "placed", _("placed")
    DISCARDED = "discarded", _("discarded")


DRAFT_TRANSITIONS: Transitions = {
    DraftStatus.OPEN: {DraftStatus.PLACED, DraftStatus.DISCARDED},
}
