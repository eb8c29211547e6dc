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


class SupplierTaskStatus(models.TextChoices):
    OPEN = "open", _("to be handed over")
    SENT = "sent", _("with the supplier")
    ACCEPTED = "accepted", _("accepted")
    SHIPPED = "shipped", _("shipped")
    CANCELLED = "cancelled", _("cancelled")


_T = SupplierTaskStatus
# A parcel that left in vain is cancelled when it is back.
SUPPLIER_TASK_TRANSITIONS: Transitions = {
    _T.OPEN: {_T.SENT, _T.CANCELLED},
    _T.SENT: {_T.ACCEPTED, _T.SHIPPED, _T.CANCELLED},
    _T.ACCEPTED: {_T.SHIPPED, _T.CANCELLED},
    _T.SHIPPED: {_T.CANCELLED},
}
