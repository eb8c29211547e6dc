from dataclasses import dataclass

from outbox.registry import Event


@dataclass(frozen=True, kw_only=True)
class OrderNews(Event):
    """What the news of an order have in common."""

    order_id: str


class OrderPlaced(OrderNews):
    """The order is written and waits for its money."""


class ConfirmationAsked(OrderNews):
    """A cash-on-delivery order of a customer without an earlier delivery."""


class OrderConfirmed(OrderNews):
    """The order became a sale: its units are committed, paid or to be collected at the door."""


class OrderPaid(OrderNews):
    """The money is in, before the parcel or at the door."""


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(OrderNews):
    reason: str


class OrderExpired(OrderNews):
    """The time to pay is over; its units are free again."""


@dataclass(frozen=True, kw_only=True)
class OrderChanged(OrderNews):
    """Staff changed lines, address or delivery; `change` is the timeline's key."""

    change: str


class OrderSettled(OrderNews):
    """An order with a balance due is now paid in full."""


@dataclass(frozen=True, kw_only=True)
class OrderLinkAsked(Event):
    """Somebody wants the link to an order mailed; whether there is one is not known yet."""

    number: str
    email: str
