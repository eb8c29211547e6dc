from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderSent(Event):
    order_id: str


@dataclass(frozen=True, kw_only=True)
class SupplierTaskSent(Event):
    task_id: str


@dataclass(frozen=True, kw_only=True)
class SupplierTaskWithdrawn(Event):
    """The supplier is no longer to send what the task names."""

    task_id: str
