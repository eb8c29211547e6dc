from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event):
    payment_id: str
    order_id: str


@dataclass(frozen=True, kw_only=True)
class RefundApproved(Event):
    refund_id: str


@dataclass(frozen=True, kw_only=True)
class RefundSucceeded(Event):
    refund_id: str
    order_id: str
