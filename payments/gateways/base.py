"""The interface of a payment provider, and the registry that installed packages add to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from django.utils.module_loading import import_string

from payments.gateways import keys
from payments.states import DisputeState, PaymentState, RefundState


class GatewayUnavailable(Exception):
    """No clear answer: the request may or may not have been carried out."""


class GatewayRefused(Exception):
    """The provider declined for good. The text is its reason."""


class PaymentUnknown(GatewayRefused):
    """The provider has no payment of this id: no money can come by it."""


class BadWebhook(Exception):
    """The message is not from the provider, too old, or not readable."""


# A refund whose money goes back.
_GIVEN = (RefundState.SUCCEEDED, RefundState.PENDING)


@dataclass(frozen=True, kw_only=True)
class StartRequest:
    """
    A payment to open. `reference` is ours and comes back with every fact.

    `amount` and `currency` are what the provider is to take: what was quoted, where it does not
    take the order's currency.
    """

    key: str
    reference: str
    order_number: str
    amount: Decimal
    currency: str
    return_url: str
    language: str
    expires_at: datetime | None
    email: str = ""
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Started:
    """`amount` is what the provider will ask the shopper for, where it adds that up itself."""

    gateway_id: str
    redirect_url: str
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class MoneyFact:
    """Money that has moved, or is about to, as the provider tells it."""

    reference: str
    amount: Decimal
    currency: str
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class RefundFact(MoneyFact):
    """
    `key` is the idempotency key of our refund; empty for one made at the provider, None if the
    provider does not name it. `capture` is the reference of the refunded capture, if the provider
    names it.

    FAILED after SUCCEEDED means that the shopper's bank returned the money.
    """

    state: RefundState
    key: str | None = ""
    capture: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class DisputeFact(MoneyFact):
    """
    The shopper's bank asks for the money back.

    `withdrawn` and `reinstated` are the money that has been taken for it and given back, each
    with its own reference; None while nothing has moved.
    """

    state: DisputeState
    reason: str = ""
    respond_by: datetime | None = None
    withdrawn: MoneyFact | None = None
    reinstated: MoneyFact | None = None


@dataclass(frozen=True, kw_only=True)
class ProviderSnapshot:
    """
    Everything that the provider knows of one payment at this moment.

    `mismatch` says why its money may not pay the order, where the provider's account, its test
    mode or the payment itself is not the one that was meant. `fee` is what the provider keeps, in
    the captures' currency; None where it does not tell.
    """

    state: PaymentState
    reference: str
    captures: Sequence[MoneyFact] = ()
    refunds: Sequence[RefundFact] = ()
    disputes: Sequence[DisputeFact] = ()
    mismatch: str = ""
    fee: Decimal | None = None
    error_code: str = ""
    error_message: str = ""
    card_brand: str = ""
    card_last4: str = ""
    transaction: str = ""


@dataclass(frozen=True, kw_only=True)
class CaptureRequest:
    """Take money that the shopper has approved."""

    key: str
    gateway_id: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    """
    Money to give back, of the capture with that reference.

    `refunded` is what other refunds have given back of this payment: a provider without
    idempotency keys is asked how much it has given back itself, and only then to do it again.
    `again` says that it was sent before and that the answer is missing.
    """

    key: str
    gateway_id: str
    amount: Decimal
    currency: str
    capture: str = ""
    refunded: Decimal = Decimal(0)
    again: bool = False

    def lost_among(self, found: Iterable[RefundFact]) -> RefundFact | None:
        """
        This refund, where it was made and the shop does not know of it yet: the newest of its
        amount, of its own capture if there is one.

        For providers that tell no key: of the same amount, one that staff have just made there is
        taken for it.
        """
        given = [each for each in found if each.state in _GIVEN]
        if sum(each.amount for each in given) - self.refunded < self.amount:
            return None
        same = [each for each in given if each.amount == self.amount]
        return max(
            same, key=lambda each: (each.capture == self.capture, each.occurred_at), default=None
        )


@dataclass(frozen=True, kw_only=True)
class WebhookNotice:
    """
    A verified webhook.

    `about` is the little that `locate` needs to find the payment; it is stored as it is, while the
    payload is stored redacted. `ignored` says why the event is of no interest.
    """

    event_id: str
    type: str
    about: Mapping[str, str]
    payload: Mapping[str, object] = field(default_factory=dict)
    ignored: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentReference:
    """Which payment: by the provider's id, or by our reference."""

    gateway_id: str = ""
    reference: str = ""


class Gateway(Protocol):
    """
    One provider.

    Every call may raise GatewayUnavailable (nobody knows what happened; the same call with the
    same key is safe) or GatewayRefused (nothing happened).
    """

    is_offline: bool
    """Staff confirm the money by hand; there is no provider to ask."""

    def accepts(self, currency: str) -> bool: ...

    def start(self, request: StartRequest) -> Started: ...

    def fetch(self, gateway_id: str) -> ProviderSnapshot: ...

    def capture(self, request: CaptureRequest) -> ProviderSnapshot:
        """Capture money that `fetch` called AUTHORIZED; idempotent."""
        ...

    def expire(self, gateway_id: str) -> None:
        """Make the payment impossible. One that is paid or under way already stays as it is."""
        ...

    def refund(self, request: RefundRequest) -> RefundFact: ...

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]
    ) -> WebhookNotice:
        """:raises BadWebhook: unless the provider signed exactly this message, just now"""
        ...

    def locate(self, about: Mapping[str, str]) -> PaymentReference:
        """
        Which payment a notice is about; may ask the provider.

        :raises PaymentUnknown: if it is none that this shop has opened
        """
        ...

    def error_in(self, document: Mapping[str, Any]) -> str:
        """
        Code and message, joined as by `told`, of the error or declined payment in an answer or
        webhook; empty without one. The gateway log shows it.
        """
        ...

    def changed_since(self, since: datetime) -> Iterable[tuple[str, ProviderSnapshot]]:
        """
        The provider's own list, for reconciliation: its id and the truth of each payment.

        The id is the one that `start` gave, where the provider tells it, else empty.
        """
        ...


Factory = Callable[[], Gateway | None]
_factories: dict[str, Factory | str] = {}


def register(code: str, factory: Factory | str) -> None:
    """
    Make a provider known. The factory gives None while the shop has no keys for it.

    A dotted path is imported when the provider is first asked for and has the keys it needs: what
    it imports in its turn may be slow and large.
    """
    _factories[code] = factory


def find(code: str) -> Gateway | None:
    """The provider ready for use, or None if it is unknown or not set up."""
    factory = _factories.get(code)
    if isinstance(factory, str):
        if keys.is_lacking(code):
            return None
        factory = _factories[code] = import_string(factory)
    return factory() if factory else None


def get(code: str) -> Gateway:
    """:raises GatewayUnavailable: if the provider is unknown or not set up"""
    gateway = find(code)
    if gateway is None:
        raise GatewayUnavailable(f"{code} is not set up")
    return gateway


def told(code: object, message: object) -> str:
    """A provider's reason as the log shows it; either part may be missing."""
    return ": ".join(str(part) for part in (code, message) if part)


def error_in(provider: str, document: object) -> str:
    """The error that `Gateway.error_in` finds; empty if the document is not readable."""
    gateway = find(provider)
    if gateway is None or not isinstance(document, Mapping):
        return ""
    try:
        return gateway.error_in(document)
    except (LookupError, TypeError, ValueError, AttributeError):
        return ""


def codes() -> list[str]:
    return sorted(_factories)
