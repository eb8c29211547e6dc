from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event):
    payment_id: str
    order_id: str


@dataclass(frozen=True, kw_only=True)
class StoreCreditGranted(Event):
    """Staff have given a customer credit; of a refund as credit its order's mail tells."""

    credit_id: str


@dataclass(frozen=True, kw_only=True)
class DisputeTold(Event):
    """A customer's bank asks money back, or has decided: `state` is what it was then."""

    dispute_id: str
    state: str


@dataclass(frozen=True, kw_only=True)
class RefundApproved(Event):
    refund_id: str


@dataclass(frozen=True, kw_only=True)
class RefundSucceeded(Event):
    refund_id: str
    order_id: str
