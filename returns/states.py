from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Transitions


class ReturnStatus(models.TextChoices):
    REQUESTED = "requested", _("requested")
    APPROVED = "approved", _("approved")
    RECEIVED = "received", _("received")
    # Settled in any way: the documents of the trade call it so.
    REFUNDED = "refunded", _("settled")
    REJECTED = "rejected", _("rejected")


_S = ReturnStatus
RETURN_TRANSITIONS: Transitions = {
    _S.REQUESTED: {_S.APPROVED, _S.REJECTED},
    _S.APPROVED: {_S.RECEIVED, _S.REJECTED},
    _S.RECEIVED: {_S.REFUNDED, _S.REJECTED},
}


class Settlement(models.TextChoices):
    """What the customer gets for what he sends back."""

    REFUND = "refund", _("money back")
    STORE_CREDIT = "store_credit", _("store credit")
    EXCHANGE = "exchange", _("another variant of the same product")
