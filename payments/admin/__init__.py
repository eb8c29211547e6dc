from payments.admin.money import DisputeAdmin, LedgerEntryAdmin, RefundAdmin, StoreCreditAdmin
from payments.admin.payment import PaymentAdmin
from payments.admin.providers import (
    GatewayLogSpoolAdmin,
    PaymentMethodAdmin,
    ReconciliationAdmin,
    TransferProofAdmin,
    WebhookEventAdmin,
)

__all__ = [
    "DisputeAdmin",
    "GatewayLogSpoolAdmin",
    "LedgerEntryAdmin",
    "PaymentAdmin",
    "PaymentMethodAdmin",
    "ReconciliationAdmin",
    "RefundAdmin",
    "StoreCreditAdmin",
    "TransferProofAdmin",
    "WebhookEventAdmin",
]
