"""Stripe by its own library: Checkout Sessions, so that card data never comes near the shop."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime

import stripe
from stripe.params.checkout import SessionCreateParams

from core.money import THREE_DECIMAL_CURRENCIES
from payments.gateways import http, keys, wire
from payments.gateways import stripe_facts as facts
from payments.gateways.amounts import from_minor, to_minor
from payments.gateways.base import (
    CaptureRequest,
    GatewayRefused,
    GatewayUnavailable,
    PaymentReference,
    PaymentUnknown,
    ProviderSnapshot,
    RefundFact,
    RefundRequest,
    Started,
    StartRequest,
    WebhookNotice,
)
from payments.gateways.signatures import verify
from payments.gateways.stripe_facts import Document
from payments.states import PaymentState

logger = logging.getLogger(__name__)

# Without a word about this machine in each request.
stripe.enable_telemetry = False

# Stripe counts these in other units than ISO does.
ODD_CURRENCIES = THREE_DECIMAL_CURRENCIES | {"ISK", "MGA", "UGX"}
LOCALES = {"es": "es-419", "en": "en", "pt": "pt-BR"}
MAX_PAGE = 100
EXPANDED = [
    "payment_intent.latest_charge.balance_transaction",
    "payment_intent.latest_charge.refunds",
]
EVENT_TYPES = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.amount_capturable_updated",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
]


class StripeGateway:
    is_offline = False
    error_in = staticmethod(facts.error_in)

    def __init__(self, secret_key: str, webhook_secret: str, base: str = "") -> None:
        self._secret_key = secret_key
        self._webhook_secret = webhook_secret
        self._base = base.rstrip("/")
        self._is_live = secret_key[2:].startswith("_live_")

    def accepts(self, currency: str) -> bool:
        return currency not in ODD_CURRENCIES

    def start(self, request: StartRequest) -> Started:
        asked = _session(request)
        with _translated():
            made = self._api.checkout.sessions.create(asked, {"idempotency_key": request.key})
        return Started(
            gateway_id=made.id,
            redirect_url=made.url or "",
            amount=from_minor(made.amount_total or 0, request.currency),
        )

    def fetch(self, gateway_id: str) -> ProviderSnapshot:
        with _translated():
            found = self._api.checkout.sessions.retrieve(gateway_id, {"expand": EXPANDED})
            session = found.to_dict()
            charge = facts.charge_of(session)
            refunds = self._refunds(charge)
            disputes = self._disputes(charge)
        return facts.truth(session, refunds, disputes, is_live=self._is_live)

    def capture(self, request: CaptureRequest) -> ProviderSnapshot:
        truth = self.fetch(request.gateway_id)
        if truth.state != PaymentState.AUTHORIZED:
            return truth
        with _translated():
            self._api.payment_intents.capture(
                truth.transaction,
                {"amount_to_capture": to_minor(request.amount, request.currency)},
                {"idempotency_key": request.key},
            )
        return self.fetch(request.gateway_id)

    def expire(self, gateway_id: str) -> None:
        with _translated():
            self._api.checkout.sessions.expire(gateway_id)

    def refund(self, request: RefundRequest) -> RefundFact:
        """Looks first whether it was made: Stripe forgets a key after a day."""
        with _translated():
            for each in self._api.refunds.list(
                {"charge": request.capture, "limit": MAX_PAGE}
            ).auto_paging_iter():
                made = facts.refund(each.to_dict())
                if made.key == request.key:
                    return made
            refund = self._api.refunds.create(
                {
                    "charge": request.capture,
                    "amount": to_minor(request.amount, request.currency),
                    "metadata": {"refund": request.key},
                },
                {"idempotency_key": request.key},
            )
        return facts.refund(refund.to_dict())

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]
    ) -> WebhookNotice:
        verify(body, headers.get("Stripe-Signature", ""), self._webhook_secret)
        return http.notice_of(http.event_of(body), facts.about, self._why_ignored)

    def locate(self, about: Mapping[str, str]) -> PaymentReference:
        if "session" in about:
            return PaymentReference(gateway_id=about["session"])
        with _translated():
            found = self._api.checkout.sessions.list(
                {"payment_intent": about["payment_intent"], "limit": 1}
            )
        if not found.data:
            raise PaymentUnknown("No session has led to this payment.")
        return PaymentReference(gateway_id=found.data[0].id)

    def changed_since(self, since: datetime) -> Iterable[tuple[str, ProviderSnapshot]]:
        """Stripe's own list of events, which goes back thirty days."""
        with _translated():
            events = self._api.events.list(
                {
                    "created": {"gte": int(since.timestamp())},
                    "types": EVENT_TYPES,
                    "limit": MAX_PAGE,
                }
            )
            found = [each.to_dict() for each in events.auto_paging_iter()]
        return [(key, self.fetch(key)) for key in self._sessions_of(found)]

    @property
    def _api(self) -> stripe.V1Services:
        """Through this thread's own connections, each request once."""
        client = stripe.StripeClient(
            self._secret_key,
            base_addresses={"api": self._base} if self._base else {},
            max_network_retries=0,
            http_client=stripe.RequestsClient(session=wire.of("stripe")),
        )
        return client.v1

    def _refunds(self, charge: Document) -> Iterable[Document]:
        """The newest come with the charge; only where there are more is Stripe asked for all."""
        shown = charge.get("refunds") or {"data": [], "has_more": False}
        if not shown["has_more"]:
            rows: list[Document] = shown["data"]
            return rows
        found = self._api.refunds.list({"charge": charge["id"], "limit": MAX_PAGE})
        return [each.to_dict() for each in found.auto_paging_iter()]

    def _disputes(self, charge: Document) -> Iterable[Document]:
        if not charge.get("disputed"):
            return []
        found = self._api.disputes.list({"charge": charge["id"], "limit": MAX_PAGE})
        return [each.to_dict() for each in found.data]

    def _why_ignored(self, event: Document) -> str:
        if event["type"] not in EVENT_TYPES:
            return "Nothing follows from this type of event."
        if bool(event["livemode"]) != self._is_live:
            logger.warning("Stripe's event %s: %s", event["id"], facts.OTHER_MODE)
            return facts.OTHER_MODE
        return ""

    def _sessions_of(self, events: Iterable[Document]) -> Iterable[str]:
        """Each session once; that of an intent is asked for only where no event names both."""
        objects = [event["data"]["object"] for event in events]
        by_intent = {
            each["payment_intent"]: each["id"]
            for each in objects
            if each["object"] == "checkout.session" and each["payment_intent"]
        }
        found = {each["id"]: None for each in objects if each["object"] == "checkout.session"}
        for about in map(facts.about, events):
            intent = about.get("payment_intent")
            if intent and intent not in by_intent:
                with suppress(PaymentUnknown):
                    by_intent[intent] = self.locate(about).gateway_id
        return found | dict.fromkeys(by_intent.values())


def configured() -> StripeGateway | None:
    found = keys.given("stripe")
    if found is None:
        return None
    return StripeGateway(found["SECRET_KEY"], found["WEBHOOK_SECRET"], found["API_BASE"])


def _session(request: StartRequest) -> SessionCreateParams:
    """
    The same, word for word, however often it is asked for.

    Without an expiry: Stripe takes one that is half an hour to a day away, counted again at each
    try. The shop expires the session itself, and a day later it is over anyway.
    """
    metadata = {"order": request.order_number, "payment": request.reference}
    asked: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": request.reference,
        "locale": LOCALES.get(request.language[:2], "auto"),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": request.currency.lower(),
                    "unit_amount": to_minor(request.amount, request.currency),
                    "product_data": {"name": request.order_number},
                },
            }
        ],
        "adaptive_pricing": {"enabled": False},
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": request.return_url,
        "cancel_url": request.return_url,
    }
    if request.email:
        asked["customer_email"] = request.email
    return asked


@contextmanager
def _translated() -> Iterator[None]:
    """
    Translate the library's exceptions into ours.

    :raises GatewayUnavailable: if the outcome is unknown
    :raises GatewayRefused: if nothing happened
    """
    try:
        yield
    except stripe.StripeError as error:
        raise _meaning(error) from None


def _meaning(error: stripe.StripeError) -> GatewayUnavailable | GatewayRefused:
    if isinstance(error, stripe.APIConnectionError):
        return GatewayUnavailable(str(error.__cause__ or "No answer"))
    if type(error) is stripe.APIError:
        return GatewayUnavailable(f"HTTP {error.http_status}")
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return GatewayRefused("Stripe does not accept the shop's key.")
    return http.error_of(error.http_status or 0, error.user_message or error.code or "")
