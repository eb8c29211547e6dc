"""Mercado Pago's Checkout Pro: a preference leads to a page, where shoppers make payments."""

import logging
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import mercadopago
from django.utils import timezone
from mercadopago.config import RequestOptions
from mercadopago.http import HttpClient
from mercadopago.webhook import InvalidWebhookSignatureError, WebhookSignatureValidator

from payments.gateways import http, keys, wire
from payments.gateways import mercadopago_facts as facts
from payments.gateways.base import (
    BadWebhook,
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
from payments.gateways.mercadopago_facts import Account, Document, Findings

logger = logging.getLogger(__name__)

PRODUCTION = "https://api.mercadopago.com"
# An account takes its country's money alone.
CURRENCIES = {
    "PE": "PEN",
    "MX": "MXN",
    "CL": "CLP",
    "CO": "COP",
    "AR": "ARS",
    "BR": "BRL",
    "UY": "UYU",
}
WHOLE_CURRENCIES = frozenset({"CLP", "COP"})
PAGE_SIZE = 50
TOLERANCE_SECONDS = 300
# Times of a signature are seconds or milliseconds; seconds reach this in the year 5138.
FIRST_MILLISECONDS = 100_000_000_000
CHARGEBACKS = frozenset({"topic_chargebacks_wh", "chargebacks"})
TOPICS = CHARGEBACKS | {"payment"}


class MercadoPagoGateway:
    """An account of one country. `base` is where its API is; the real one if empty."""

    is_offline = False
    error_in = staticmethod(facts.error_in)

    def __init__(self, *, token: str, secret: str, country: str, base: str = "") -> None:
        self._sdk = mercadopago.SDK(token, http_client=_Http(base or PRODUCTION))
        self._is_live = not token.startswith("TEST-")
        self._currency = CURRENCIES[country]
        self._secret = secret

    def accepts(self, currency: str) -> bool:
        return currency == self._currency

    def start(self, request: StartRequest) -> Started:
        asked = _preference(request, self._number(request.amount, request.currency))
        with http.reading():
            made = self._sdk.preference().create(asked, _options(request.key))["response"]
            return Started(gateway_id=made["id"], redirect_url=made["init_point"])

    def fetch(self, gateway_id: str) -> ProviderSnapshot:
        """Two requests, and one more for each payment that has moved money."""
        with http.reading():
            preference = self._preference(gateway_id)
            account = Account(key=str(preference["collector_id"]), is_live=self._is_live)
            over = facts.is_over(preference, timezone.now())
            return facts.truth(self._findings(preference["external_reference"], over=over), account)

    def capture(self, request: CaptureRequest) -> ProviderSnapshot:
        amount = self._number(request.amount, request.currency)
        with http.reading():
            reference = self._preference(request.gateway_id)["external_reference"]
            for payment in self._search(external_reference=reference):
                if payment["status"] == "authorized":
                    self._sdk.payment().capture(payment["id"], amount, _options(request.key))
                    break
        return self.fetch(request.gateway_id)

    def expire(self, gateway_id: str) -> None:
        ended = {"expires": True, "expiration_date_to": _stamp(timezone.now())}
        self._sdk.preference().update(gateway_id, ended)

    def refund(self, request: RefundRequest) -> RefundFact:
        """
        The capture's reference is the payment. Before it asks again it looks: a key that makes
        the same request one refund is forgotten after a while.
        """
        asked = {"amount": self._number(request.amount, request.currency)}
        if request.again:
            made = request.lost_among(self.fetch(request.gateway_id).refunds)
            if made:
                return replace(made, key=request.key)
        with http.reading():
            answer = self._sdk.refund().create(request.capture, asked, _options(request.key))
            document = {"payment_id": request.capture, **answer["response"]}
            return facts.refund(document, currency=request.currency, key=request.key)

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]
    ) -> WebhookNotice:
        """The signature covers the id in the address, not the body: nothing of it is believed."""
        data_id = query.get("data.id", "")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", data_id):
            raise BadWebhook("The message does not say what it is about.")
        request_id = headers.get("X-Request-Id", "")
        verify(headers.get("X-Signature", ""), request_id, data_id, self._secret)
        event = http.event_of(body)
        topic, action = str(event.get("type", "")), str(event.get("action", ""))
        sent = request_id or f"{event.get('id', '')}:{event.get('date_created', '')}"
        return WebhookNotice(
            event_id=f"{sent[:100]}:{topic[:50]}:{data_id}:{action[:30]}",
            type=(action or topic)[:100],
            about={"topic": topic[:50], "id": data_id},
            payload=event,
            ignored=self._why_ignored(topic, event.get("live_mode")),
        )

    def locate(self, about: Mapping[str, str]) -> PaymentReference:
        """A payment that the list does not show yet is one to come back for: `fetch` needs it."""
        payment_id = about["id"]
        with http.reading():
            if about["topic"] in CHARGEBACKS:
                chargeback = self._sdk.chargeback().get(payment_id)["response"]
                payment_id = facts.payments_of(chargeback)[0]
            payment = self._sdk.payment().get(payment_id)["response"]
            reference = payment.get("external_reference")
            if not reference:
                raise PaymentUnknown("The payment was not opened by a shop.")
            listed = {str(each["id"]) for each in self._search(external_reference=reference)}
        if payment_id not in listed:
            raise GatewayUnavailable("The payment is not in the list yet.")
        return PaymentReference(reference=reference)

    def changed_since(self, since: datetime) -> list[tuple[str, ProviderSnapshot]]:
        """Payments made elsewhere with the same account have no reference and are left out."""
        with http.reading():
            me = self._sdk.user().get()["response"]
            account = Account(key=str(me["id"]), is_live=self._is_live)
            changed = self._search(
                range="date_last_updated",
                begin_date=_stamp(since),
                end_date="NOW",
                sort="date_last_updated",
            )
            references = {each["external_reference"]: None for each in changed}
            return [
                ("", facts.truth(self._findings(reference), account))
                for reference in references
                if reference
            ]

    def _preference(self, gateway_id: str) -> Document:
        """:raises PaymentUnknown: for one without a reference, which no shop has opened"""
        found: Document = self._sdk.preference().get(gateway_id)["response"]
        if not found.get("external_reference"):
            raise PaymentUnknown("The preference is none of this shop.")
        return found

    def _findings(self, reference: str, *, over: bool = False) -> Findings:
        """The list is incomplete: payments that moved money are fetched one by one."""
        payments = [
            self._sdk.payment().get(each["id"])["response"]
            if each["status"] in facts.MOVED
            else each
            for each in self._search(external_reference=reference)
        ]
        chargebacks = [
            found
            for each in payments
            if each["status"] == "charged_back"
            for found in self._chargebacks(each["id"])
        ]
        return Findings(
            reference=reference, payments=payments, chargebacks=chargebacks, is_over=over
        )

    def _search(self, **filters: str) -> list[Document]:
        """All payments that fit, the oldest first, page after page."""
        asked = {"sort": "date_created", "criteria": "asc"} | filters
        return list(self._sdk.payment().search_auto_paging_iter(asked, limit=PAGE_SIZE))

    def _chargebacks(self, payment_id: object) -> Iterable[Document]:
        found = self._sdk.chargeback().search({"payment_id": str(payment_id)})["response"]
        return list(found["results"])

    def _number(self, amount: Decimal, currency: str) -> float:
        """
        The amount as JSON takes it: a float made of a whole number of minor units is exact.

        :raises GatewayRefused: rather than round, or take another country's money
        """
        if currency != self._currency:
            raise GatewayRefused(f"The account takes {self._currency} only.")
        unit = Decimal(1) if currency in WHOLE_CURRENCIES else Decimal("0.01")
        if amount % unit:
            raise GatewayRefused(f"{amount} {currency} has too many decimals.")
        return float(amount)

    def _why_ignored(self, topic: str, is_live: object) -> str:
        if topic not in TOPICS:
            return "It is about no payment."
        if isinstance(is_live, bool) and is_live is not self._is_live:
            logger.warning("Mercado Pago rang about a payment of the other mode")
            return "It is of the test mode." if self._is_live else "It is not of the test mode."
        return ""


class _Http(HttpClient):
    """The library's way out, by our wire: one request, its answer read as decimals, or an error."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")

    def request(self, method: str, url: str, *_retries: Any, **options: Any) -> dict[str, Any]:
        sent = {name: options.get(name) for name in ("headers", "params", "data")}
        address = self._base + url.removeprefix(PRODUCTION)
        answer = wire.of("mercadopago").request(method, address, **sent)
        document = http.read(answer, lambda each: each.get("message"), parse_float=Decimal)
        return {"status": answer.status_code, "response": document}


def configured() -> MercadoPagoGateway | None:
    """The gateway, where the shop has its keys. An account is of Peru unless they say otherwise."""
    given = keys.given("mercadopago")
    if given is None:
        return None
    return MercadoPagoGateway(
        token=given["ACCESS_TOKEN"],
        secret=given["WEBHOOK_SECRET"],
        country=given["COUNTRY"] or "PE",
        base=given["API_BASE"],
    )


def verify(signature: str, request_id: str, data_id: str, secret: str) -> None:
    """
    Check `ts=…,v1=…`: an HMAC over the id, the request's id and a time at most five minutes off.

    :raises BadWebhook: otherwise
    """
    found = re.search(r"(?:^|,)\s*ts=(\d{1,15})\s*(?:,|$)", signature, re.ASCII)
    if not (secret and found and signature.isascii()):
        raise BadWebhook("The signature has no time.")
    sent_at = int(found[1])
    seconds = sent_at / 1000 if sent_at >= FIRST_MILLISECONDS else sent_at
    if abs(time.time() - seconds) > TOLERANCE_SECONDS:
        raise BadWebhook("The message is too old.")
    # The id is signed as it was sent, or in lower case: both have been seen.
    for candidate in (data_id, data_id.lower()):
        try:
            WebhookSignatureValidator.validate(signature, request_id, candidate, secret)
        except InvalidWebhookSignatureError:
            continue
        return
    raise BadWebhook("The signature is wrong.")


def _preference(request: StartRequest, price: float) -> dict[str, Any]:
    item = {
        "id": request.order_number,
        "title": request.order_number,
        "quantity": 1,
        "currency_id": request.currency,
        "unit_price": price,
    }
    asked: dict[str, Any] = {
        "items": [item],
        "external_reference": request.reference,
        "metadata": {"order": request.order_number, "payment": request.reference},
        "back_urls": dict.fromkeys(("success", "failure", "pending"), request.return_url),
        "auto_return": "approved",
        "binary_mode": False,
    }
    if request.email:
        asked["payer"] = {"email": request.email}
    if request.expires_at:
        until = _stamp(request.expires_at)
        asked |= {"expires": True, "expiration_date_to": until, "date_of_expiration": until}
    return asked


def _options(key: str) -> RequestOptions:
    return RequestOptions(custom_headers={"x-idempotency-key": key})


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
