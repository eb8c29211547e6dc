from payments.models.credit import CreditRequest, EntryKind, StoreCredit, StoreCreditEntry
from payments.models.inbox import (
    GatewayLogSpool,
    IdempotencyKey,
    Reconciliation,
    WebhookEvent,
    WebhookStatus,
)
from payments.models.ledger import LedgerEntry, LedgerKind
from payments.models.method import Gateway, MethodType, PaymentMethod, Quote
from payments.models.payment import Payment, PaymentQuerySet
from payments.models.refund import Dispute, Refund, RefundDestination
from payments.models.transfer import TransferConfirmation, TransferProof
