from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import Transitions


class ReturnStatus(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("return", "requested")
    APPROVED = "approved", pgettext_lazy("return", "approved")
    RECEIVED = "received", pgettext_lazy("return", "received")
    # In whatever way it was settled.
    REFUNDED = "refunded", pgettext_lazy("return", "settled")
    REJECTED = "rejected", pgettext_lazy("return", "rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("return", "withdrawn")


_S = ReturnStatus
RETURN_TRANSITIONS: Transitions = {
    _S.REQUESTED: {_S.APPROVED, _S.REJECTED, _S.WITHDRAWN},
    _S.APPROVED: {_S.RECEIVED, _S.REJECTED, _S.WITHDRAWN},
    _S.RECEIVED: {_S.REFUNDED, _S.REJECTED},
}
# Refused units stay with the customer, who may request them again.
CALLED_OFF = (_S.REJECTED, _S.WITHDRAWN)


class Settlement(models.TextChoices):
    """What the customer gets for returned goods."""

    REFUND = "refund", _("money back")
    STORE_CREDIT = "store_credit", _("store credit")
    EXCHANGE = "exchange", _("another variant of the same product")
