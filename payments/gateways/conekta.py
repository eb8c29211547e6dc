"""Conekta by its own library: orders with a hosted checkout, for cards, cash and transfers."""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from conekta import (
    ApiClient,
    ChargesApi,
    Configuration,
    OrderCaptureRequest,
    OrderRefundRequest,
    OrderRequest,
    OrdersApi,
    PaymentLinkApi,
)
from conekta.rest import RESTClientObject
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from payments.gateways import conekta_facts as facts
from payments.gateways import http, keys, wire
from payments.gateways.amounts import from_minor, to_minor
from payments.gateways.base import (
    CaptureRequest,
    GatewayRefused,
    PaymentReference,
    PaymentUnknown,
    ProviderSnapshot,
    RefundFact,
    RefundRequest,
    Started,
    StartRequest,
    WebhookNotice,
)
from payments.gateways.conekta_facts import Document
from payments.gateways.pem import public_keys
from payments.gateways.signatures import verify_digest
from payments.states import PaymentState

logger = logging.getLogger(__name__)

PRODUCTION = "https://api.conekta.io"
CURRENCIES = frozenset({"MXN", "USD"})
WAYS = ["card", "cash", "bank_transfer"]
LANGUAGES = ("es", "en")
MAX_PAGE = 250
MAX_PRICE = 2**31 - 1
# Its pages live five minutes at least, by its own clock.
MIN_PAGE_SECONDS = 6 * 60
MIN_PHONE_LENGTH = 10
# What it asks for of everybody, for those of whom the shop does not know it.
NO_PHONE = "5555555555"
NO_NAME = "Cliente"
REASON = "requested_by_client"
# Nothing that the shop does not know.
IDLE_EVENTS = frozenset({"order.created", "charge.created", "charge.score_updated"})


class ConektaGateway:
    """`base` is where its API is; the real one if empty."""

    is_offline = False
    error_in = staticmethod(facts.error_in)

    def __init__(
        self,
        private_key: str,
        webhook_keys: Sequence[RSAPublicKey],
        *,
        is_live: bool,
        base: str = "",
    ) -> None:
        self._private_key = private_key
        self._webhook_keys = webhook_keys
        self._is_live = is_live
        self._base = base.rstrip("/") or PRODUCTION

    def accepts(self, currency: str) -> bool:
        return currency in CURRENCIES

    def start(self, request: StartRequest) -> Started:
        """
        Creates a new order each time, for Conekta has no idempotency keys; if the answer is lost,
        nobody can pay that order, since nobody is sent to it.
        """
        asked = _order(request)
        language = request.language[:2]
        made = _answer(
            self._orders.create_order_without_preload_content,
            OrderRequest.from_dict(asked),
            accept_language=language if language in LANGUAGES else LANGUAGES[0],
        )
        with http.reading():
            return Started(
                gateway_id=made["id"],
                redirect_url=made["checkout"]["url"],
                amount=from_minor(made["amount"], made["currency"]),
            )

    def fetch(self, gateway_id: str) -> ProviderSnapshot:
        return self._truth(self._order(gateway_id))

    def capture(self, request: CaptureRequest) -> ProviderSnapshot:
        order = self._order(request.gateway_id)
        if facts.state(order, time.time()) == PaymentState.AUTHORIZED:
            order = _answer(
                self._orders.orders_create_capture_without_preload_content,
                request.gateway_id,
                order_capture_request=OrderCaptureRequest(
                    amount=to_minor(request.amount, request.currency)
                ),
            )
        return self._truth(order)

    def expire(self, gateway_id: str) -> None:
        """
        Close the page alone. To cancel the order would also void a reference that somebody is
        just about to pay in cash.
        """
        order = self._order(gateway_id)
        with http.reading():
            is_open = facts.state(order, time.time()) == PaymentState.OPEN
            checkout = order["checkout"]["id"]
        if is_open:
            _answer(PaymentLinkApi(self._client).cancel_checkout_without_preload_content, checkout)

    def refund(self, request: RefundRequest) -> RefundFact:
        """
        Looks before it asks: without keys, what has been given back beyond our count is the
        refund whose answer was lost. No reason and no metadata of ours comes back with one, and
        of two charges Conekta chooses.
        """
        with http.reading():
            before = facts.refunds(self._order(request.gateway_id))
        made = request.lost_among(before)
        if made is None:
            after = _answer(
                self._orders.order_refund_without_preload_content,
                request.gateway_id,
                OrderRefundRequest(
                    amount=to_minor(request.amount, request.currency), reason=REASON
                ),
            )
            with http.reading():
                known = {each.reference for each in before}
                made = next(each for each in facts.refunds(after) if each.reference not in known)
        return replace(made, key=request.key)

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]
    ) -> WebhookNotice:
        """The signature has no time; a replay changes nothing, as the payment is fetched anyway."""
        verify_digest(body, headers.get("Digest", ""), self._webhook_keys)
        return http.notice_of(http.event_of(body), facts.about, self._why_ignored)

    def locate(self, about: Mapping[str, str]) -> PaymentReference:
        """A chargeback names only its charge."""
        if "order" in about:
            return PaymentReference(gateway_id=about["order"])
        found = _answer(
            ChargesApi(self._client).get_charges_without_preload_content, search=about["charge"]
        )
        with http.reading():
            for charge in found["data"]:
                if charge["id"] == about["charge"]:
                    return PaymentReference(gateway_id=charge["order_id"])
        raise PaymentUnknown("There is no such charge.")

    def changed_since(self, since: datetime) -> list[tuple[str, ProviderSnapshot]]:
        """
        Reads the list of orders, which can be filtered by time and is complete, unlike the list of
        events. Orders created elsewhere are left out.
        """
        return [
            (order["id"], self._truth(order))
            for order in self._changed(int(since.timestamp()))
            if facts.reference_of(order)
        ]

    def _changed(self, since: int) -> Iterator[Document]:
        following: str | None = None
        while True:
            page = _answer(
                self._orders.get_orders_without_preload_content,
                updated_at_gte=since,
                limit=MAX_PAGE,
                next=following,
            )
            with http.reading():
                yield from page["data"]
                if not page["has_more"]:
                    return
                (following,) = parse_qs(urlsplit(page["next_page_url"]).query)["next"]

    def _order(self, key: str) -> Document:
        return _answer(self._orders.get_order_by_id_without_preload_content, key)

    def _truth(self, order: Document) -> ProviderSnapshot:
        with http.reading():
            return facts.truth(order, now=time.time(), is_live=self._is_live)

    @property
    def _orders(self) -> OrdersApi:
        return OrdersApi(self._client)

    @property
    def _client(self) -> ApiClient:
        """The library, by our wire and without a word about this machine."""
        client = ApiClient(Configuration(host=self._base, access_token=self._private_key))
        client.rest_client = _Rest()
        client.default_headers["X-Conekta-Client-User-Agent"] = "{}"
        return client

    def _why_ignored(self, event: Document) -> str:
        kind = event["type"]
        if not kind.startswith(("order.", "charge.")) or kind in IDLE_EVENTS:
            return "Nothing follows from this type of event."
        if bool(event["livemode"]) != self._is_live:
            logger.warning("Conekta rang about an order of the other mode")
            return facts.OTHER_MODE
        if kind == "order.expired" and not facts.charges(event["data"]["object"]):
            return "Nobody had begun to pay."
        return ""


class _Rest(RESTClientObject):
    """The library's way out: each request once, in a limited time, noted in the log."""

    def __init__(self) -> None:
        """Without connections of its own."""

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        post_params: object = None,
        _request_timeout: object = None,
    ) -> "_Answered":
        return _Answered(wire.of("conekta").request(method, url, headers=headers, json=body))


class _Answered:
    """What the library gives back, when it is asked not to read an answer."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response


def configured() -> ConektaGateway | None:
    """The gateway, where the shop has its keys. Money is real unless they say otherwise."""
    found = keys.given("conekta")
    if found is None:
        return None
    return ConektaGateway(
        found["PRIVATE_KEY"],
        public_keys(found["WEBHOOK_PUBLIC_KEY"]),
        is_live=found["MODE"] != "test",
        base=found["API_BASE"],
    )


def _order(request: StartRequest) -> Document:
    """:raises GatewayRefused: for an amount that Conekta cannot count"""
    price = to_minor(request.amount, request.currency)
    if price > MAX_PRICE:
        raise GatewayRefused("Conekta does not take so much at once.")
    checkout: Document = {
        "type": "HostedPayment",
        "allowed_payment_methods": WAYS,
        "name": request.order_number,
        "success_url": request.return_url,
        "failure_url": request.return_url,
    }
    if request.expires_at:
        shortest = int(time.time()) + MIN_PAGE_SECONDS
        checkout["expires_at"] = max(int(request.expires_at.timestamp()), shortest)
    return {
        "currency": request.currency,
        "customer_info": {
            "name": request.name.strip() or NO_NAME,
            "email": request.email,
            "phone": _phone(request.phone),
        },
        # Its names have three letters at least.
        "line_items": [
            {"name": f"Pedido {request.order_number}", "unit_price": price, "quantity": 1}
        ],
        "metadata": {"order": request.order_number, "payment": request.reference},
        "checkout": checkout,
    }


def _phone(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if len(digits) < MIN_PHONE_LENGTH:
        return NO_PHONE
    return f"+{digits}" if text.lstrip().startswith("+") else digits


def _answer(ask: Callable[..., Any], *arguments: Any, **options: Any) -> Document:
    """
    What Conekta answers, as plain JSON: the library's own models reject valid answers.

    :raises GatewayUnavailable, GatewayRefused: as `http.read`
    """
    answer: requests.Response = ask(*arguments, **options)
    if answer.status_code in (requests.codes.unauthorized, requests.codes.forbidden):
        raise GatewayRefused("Conekta does not accept the shop's key.")
    return http.read(answer, facts.reason_of)
