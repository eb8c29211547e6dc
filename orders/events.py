from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    order_id: str


@dataclass(frozen=True, kw_only=True)
class ConfirmationAsked(Event):
    """The order is to be paid at the door, by somebody who has had no delivery yet."""

    order_id: str


@dataclass(frozen=True, kw_only=True)
class OrderConfirmed(Event):
    """The order became a sale: its units are committed, paid or to be collected at the door."""

    order_id: str


@dataclass(frozen=True, kw_only=True)
class OrderPaid(Event):
    """The money is in, before the parcel or at the door."""

    order_id: str


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event):
    order_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class OrderExpired(Event):
    order_id: str


@dataclass(frozen=True, kw_only=True)
class OrderChanged(Event):
    """Staff changed lines, address or delivery; `change` is the timeline's key."""

    order_id: str
    change: str


@dataclass(frozen=True, kw_only=True)
class OrderSettled(Event):
    """An order with a balance due is now paid in full."""

    order_id: str
