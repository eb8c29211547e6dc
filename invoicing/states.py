"""The states of a submission to the tax office. A trigger enforces the same transitions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Transitions


class SubmissionState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    PENDING = "pending", _("pending")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


_S = SubmissionState
# Staff may send rejected documents again once the cause is fixed.
SUBMISSION_TRANSITIONS: Transitions = {
    _S.WAITING: {_S.PENDING, _S.ACCEPTED, _S.REJECTED},
    _S.PENDING: {_S.ACCEPTED, _S.REJECTED},
    _S.REJECTED: {_S.WAITING},
}
