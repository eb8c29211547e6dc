from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Transitions


class PurchaseOrderStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    PARTIALLY_RECEIVED = "partially_received", _("partially received")
    RECEIVED = "received", _("received")
    CANCELLED = "cancelled", _("cancelled")


_S = PurchaseOrderStatus
PURCHASE_ORDER_TRANSITIONS: Transitions = {
    _S.DRAFT: {_S.SENT, _S.CANCELLED},
    _S.SENT: {_S.PARTIALLY_RECEIVED, _S.RECEIVED, _S.CANCELLED},
    _S.PARTIALLY_RECEIVED: {_S.RECEIVED, _S.CANCELLED},
}
