from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Transitions


class ReturnStatus(models.TextChoices):
    REQUESTED = "requested", _("requested")
    APPROVED = "approved", _("approved")
    RECEIVED = "received", _("received")
    REFUNDED = "refunded", _("refunded")
    REJECTED = "rejected", _("rejected")


_S = ReturnStatus
RETURN_TRANSITIONS: Transitions = {
    _S.REQUESTED: {_S.APPROVED, _S.REJECTED},
    _S.APPROVED: {_S.RECEIVED, _S.REJECTED},
    _S.RECEIVED: {_S.REFUNDED, _S.REJECTED},
}
