"""What the shop asks of a payment provider, and the registry that installed packages add to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from payments.states import PaymentState, RefundState


class GatewayUnavailable(Exception):
    """No clear answer: the request may or may not have been carried out."""


class GatewayRefused(Exception):
    """The provider said no, for good. The text is its reason."""


class PaymentUnknown(GatewayRefused):
    """The provider has no payment of this id: no money can come by it."""


class BadWebhook(Exception):
    """The message is not from the provider, too old, or not readable."""


@dataclass(frozen=True, kw_only=True)
class StartRequest:
    """A payment to open. `reference` is ours and comes back with every fact."""

    key: str
    reference: str
    order_number: str
    amount: Decimal
    currency: str
    return_url: str
    language: str
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Started:
    gateway_id: str
    redirect_url: str


@dataclass(frozen=True, kw_only=True)
class MoneyFact:
    """Money that has moved, or is about to, as the provider tells it."""

    reference: str
    amount: Decimal
    currency: str
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class RefundFact(MoneyFact):
    """`key` is the idempotency key of our refund; empty for one made at the provider."""

    state: RefundState
    key: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Everything that the provider knows of one payment at this moment."""

    state: PaymentState
    reference: str
    captures: Sequence[MoneyFact] = ()
    refunds: Sequence[RefundFact] = ()
    error_code: str = ""
    error_message: str = ""
    card_brand: str = ""
    card_last4: str = ""


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    key: str
    gateway_id: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A verified webhook: what it is called, and which payment to ask about."""

    event_id: str
    type: str
    gateway_id: str
    payload: Mapping[str, object] = field(default_factory=dict)


class Gateway(Protocol):
    """
    One provider.

    Every call may raise GatewayUnavailable (nobody knows what happened; the same call with the
    same key is safe) or GatewayRefused (nothing happened).
    """

    is_offline: bool
    """Staff confirm the money by hand: there is nobody to ask."""

    def accepts(self, currency: str) -> bool: ...

    def start(self, request: StartRequest) -> Started: ...

    def fetch(self, gateway_id: str) -> Truth: ...

    def expire(self, gateway_id: str) -> None:
        """Make the payment impossible. One that is paid or under way already stays as it is."""
        ...

    def refund(self, request: RefundRequest) -> RefundFact: ...

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """:raises BadWebhook: unless the provider signed exactly these bytes, just now"""
        ...

    def changed_since(self, since: datetime) -> Iterable[tuple[str, Truth]]:
        """The provider's own list, for reconciliation: its id and the truth of each payment."""
        ...


Factory = Callable[[], Gateway | None]
_factories: dict[str, Factory] = {}


def register(code: str, factory: Factory) -> None:
    """Make a provider known. The factory gives None while the shop has no keys for it."""
    _factories[code] = factory


def find(code: str) -> Gateway | None:
    """The provider ready for use, or None if it is unknown or not set up."""
    factory = _factories.get(code)
    return factory() if factory else None


def get(code: str) -> Gateway:
    """:raises GatewayUnavailable: if the provider is unknown or not set up"""
    gateway = find(code)
    if gateway is None:
        raise GatewayUnavailable(f"{code} is not set up")
    return gateway


def codes() -> list[str]:
    return sorted(_factories)
