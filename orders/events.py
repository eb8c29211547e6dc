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
    """Staff have changed what is ordered, where it goes or how; `change` is the timeline's key."""

    order_id: str
    change: str


@dataclass(frozen=True, kw_only=True)
class OrderSettled(Event):
    """A sale of which money was missing has all of it."""

    order_id: str
