from payments.admin.collections import PayableCollectionAdmin
from payments.admin.credit import CreditRequestAdmin, StoreCreditAdmin
from payments.admin.money import DisputeAdmin, LedgerEntryAdmin, RefundAdmin
from payments.admin.payment import PaymentAdmin
from payments.admin.providers import (
    GatewayLogSpoolAdmin,
    PaymentMethodAdmin,
    ReconciliationAdmin,
    TransferProofAdmin,
    WebhookEventAdmin,
)

__all__ = [
    "CreditRequestAdmin",
    "DisputeAdmin",
    "GatewayLogSpoolAdmin",
    "LedgerEntryAdmin",
    "PayableCollectionAdmin",
    "PaymentAdmin",
    "PaymentMethodAdmin",
    "ReconciliationAdmin",
    "RefundAdmin",
    "StoreCreditAdmin",
    "TransferProofAdmin",
    "WebhookEventAdmin",
]
