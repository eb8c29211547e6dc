"""PayPal's Orders: the shopper approves on its page, and only then the shop takes the money."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from django.utils import timezone

from core.connections.clients import Shared
from payments.gateways import http, keys
from payments.gateways import paypal_facts as facts
from payments.gateways import paypal_signatures as signatures
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
from payments.gateways.paypal_api import PRODUCTION, PayPalApi, Refused
from payments.gateways.paypal_facts import Document
from payments.states import PaymentState

# The sol is not among them; reais are for accounts in Brazil.
CURRENCIES = frozenset(
    {
        *("AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY"),
        *("MXN", "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD"),
    }
)
WHOLE_CURRENCIES = frozenset({"HUF", "JPY", "TWD"})
LOCALES = {"es": "es-PE", "en": "en-US", "pt": "pt-BR"}
ORDERS = "v2/checkout/orders"
CAPTURES = "v2/payments/captures"
DISPUTES = "v1/customer/disputes"
TRANSACTIONS = "v1/reporting/transactions"
PAGE_SIZE = 500
# A transaction turns up in the account's list up to three hours after it was made.
LAG = timedelta(hours=3)
MAX_RANGE = timedelta(days=31)
# Payments, refunds and reversals; the list has withdrawals and fees too.
PAYMENT_CODES = ("T00", "T11", "T12")
EVENT_TYPES = frozenset(
    {
        "CHECKOUT.ORDER.APPROVED",
        "CHECKOUT.PAYMENT-APPROVAL.REVERSED",
        "PAYMENT.CAPTURE.COMPLETED",
        "PAYMENT.CAPTURE.PENDING",
        "PAYMENT.CAPTURE.DENIED",
        "PAYMENT.CAPTURE.DECLINED",
        "PAYMENT.CAPTURE.REFUNDED",
        "PAYMENT.CAPTURE.REVERSED",
        "PAYMENT.REFUND.PENDING",
        "PAYMENT.REFUND.FAILED",
        "PAYMENT.REFUND.CANCELLED",
        "CUSTOMER.DISPUTE.CREATED",
        "CUSTOMER.DISPUTE.UPDATED",
        "CUSTOMER.DISPUTE.RESOLVED",
    }
)


class PayPalGateway:
    is_offline = False
    error_in = staticmethod(facts.error_in)

    def __init__(self, api: PayPalApi, webhook_id: str) -> None:
        self._api = api
        self._webhook_id = webhook_id
        self._base = str(api.endpoint)

    def accepts(self, currency: str) -> bool:
        return currency in CURRENCIES

    def start(self, request: StartRequest) -> Started:
        asked = _order(request)
        with http.reading():
            made = self._api.post(ORDERS, asked, _headers(request.key))
            total = made["purchase_units"][0]["amount"]["value"]
            pages = {each["rel"]: each["href"] for each in made["links"]}
            return Started(
                gateway_id=made["id"],
                redirect_url=pages["payer-action"],
                amount=Decimal(total).quantize(Decimal("0.01")),
            )

    def fetch(self, gateway_id: str) -> ProviderSnapshot:
        """One request, and one more for each capture: an order does not tell of disputes."""
        with http.reading():
            order = self._order(gateway_id)
            disputes = [each for key in facts.moved(order) for each in self._disputes(key)]
            return facts.truth(order, disputes)

    def capture(self, request: CaptureRequest) -> ProviderSnapshot:
        """Takes the whole order. What the shopper's bank declines is open for another card."""
        path = f"{ORDERS}/{_safe(request.gateway_id)}/capture"
        with http.reading():
            try:
                order = self._api.post(path, {}, _headers(request.key))
            except Refused as refused:
                return facts.after_refusal(self.fetch(request.gateway_id), refused)
            return facts.truth(order, ())

    def expire(self, gateway_id: str) -> None:
        """
        PayPal has no such request and needs none: it captures nothing before we ask.

        :raises PaymentUnknown: before the buyer's approval: no money can come from it then
        """
        with http.reading():
            state = facts.truth(self._order(gateway_id), ()).state
        if state == PaymentState.OPEN:
            raise PaymentUnknown("Nobody has approved it, and the shop will not ask for it.")

    def refund(self, request: RefundRequest) -> RefundFact:
        """Looks first whether it was made: PayPal forgets a key after six hours."""
        with suppress(PaymentUnknown), http.reading():
            for made in facts.truth(self._order(request.gateway_id), ()).refunds:
                if made.key == request.key:
                    return made
        path = f"{CAPTURES}/{_safe(request.capture)}/refund"
        asked = {"amount": _money(request.amount, request.currency), "custom_id": request.key}
        with http.reading():
            return facts.refund(self._api.post(path, asked, _headers(request.key)))

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]
    ) -> WebhookNotice:
        if not self._webhook_id:
            raise BadWebhook("There is no id to check the signature with.")
        sent = signatures.read(headers, self._base)
        try:
            signatures.verify(body, sent, self._webhook_id, self._base)
        except signatures.CannotTell:
            self._ask_who_signed(body, sent)
        return http.notice_of(http.event_of(body), _about, type_field="event_type")

    def locate(self, about: Mapping[str, str]) -> PaymentReference:
        if "order" in about:
            return PaymentReference(gateway_id=about["order"])
        order_id = self._order_of(about["capture"])
        if not order_id:
            raise PaymentUnknown("The money did not come by an order.")
        return PaymentReference(gateway_id=order_id)

    def changed_since(self, since: datetime) -> list[tuple[str, ProviderSnapshot]]:
        """
        The account's own list of transactions: whatever moved money is in it, also what was never
        announced, and whether or not the shop's webhooks were registered at the time.
        """
        captures: dict[str, None] = {}
        with http.reading():
            for info in self._transactions(since - LAG):
                is_other = info.get("paypal_reference_id_type") == "TXN"
                captures[info["paypal_reference_id" if is_other else "transaction_id"]] = None
            found: dict[str, None] = {}
            for each in captures:
                with suppress(PaymentUnknown):
                    found[self._order_of(each)] = None
            return [(key, self.fetch(key)) for key in found if key]

    def _order(self, gateway_id: str) -> Document:
        found: Document = self._api.get(f"{ORDERS}/{_safe(gateway_id)}")
        return found

    def _order_of(self, capture: str) -> str:
        """Empty for money that came some other way."""
        with http.reading():
            found = self._api.get(f"{CAPTURES}/{_safe(capture)}")
            related = (found.get("supplementary_data") or {}).get("related_ids") or {}
            return str(related.get("order_id") or "")

    def _disputes(self, capture: str) -> Sequence[Document]:
        """None where the shop's keys may not read them: that is a box to tick at PayPal."""
        try:
            query = urlencode({"disputed_transaction_id": capture})
            rows = self._api.get(f"{DISPUTES}?{query}").get("items") or []
            return [self._api.get(f"{DISPUTES}/{_safe(each['dispute_id'])}") for each in rows]
        except GatewayRefused:
            return []

    def _transactions(self, since: datetime) -> Iterator[Document]:
        until = timezone.now()
        while since < until:
            end = min(since + MAX_RANGE, until)
            page, pages = 1, 1
            while page <= pages:
                found = self._api.get(f"{TRANSACTIONS}?{_range(since, end, page)}")
                rows = [each["transaction_info"] for each in found["transaction_details"]]
                yield from (
                    each
                    for each in rows
                    if str(each["transaction_event_code"]).startswith(PAYMENT_CODES)
                )
                page, pages = page + 1, int(found["total_pages"])
            since = end

    def _ask_who_signed(self, body: bytes, sent: signatures.Transmission) -> None:
        """:raises BadWebhook: unless PayPal says that it was PayPal"""
        http.event_of(body)
        known = {
            "auth_algo": signatures.ALGORITHM,
            "cert_url": sent.url,
            "transmission_id": sent.key,
            "transmission_sig": sent.signature,
            "transmission_time": sent.sent_at,
            "webhook_id": self._webhook_id,
        }
        # The event byte by byte, as it was signed.
        asked = json.dumps(known).encode()[:-1] + b',"webhook_event":' + body + b"}"
        try:
            found = self._api.post("v1/notifications/verify-webhook-signature", asked)
        except (GatewayUnavailable, GatewayRefused) as error:
            raise BadWebhook("Nobody can tell whether PayPal has signed it.") from error
        if found.get("verification_status") != "SUCCESS":
            raise BadWebhook("The signature is wrong.")


def configured() -> PayPalGateway | None:
    found = keys.given("paypal")
    if found is None:
        return None
    base = found["API_BASE"].rstrip("/") or PRODUCTION
    return PayPalGateway(
        _api(found["CLIENT_ID"], found["CLIENT_SECRET"], base), found["WEBHOOK_ID"]
    )


@Shared
def _api(client_id: str, client_secret: str, base: str) -> PayPalApi:
    """One for the process, so that its token is asked for once."""
    return PayPalApi(client_id, client_secret, base)


def _order(request: StartRequest) -> dict[str, Any]:
    """
    The same, word for word, however often it is asked for.

    An invoice can be paid once in an account: its number is as unique as the attempt's key, also
    where several shops share the account.
    """
    amount = _money(request.amount, request.currency)
    context = {
        "return_url": request.return_url,
        "cancel_url": request.return_url,
        "user_action": "PAY_NOW",
        "shipping_preference": "NO_SHIPPING",
        "locale": LOCALES.get(request.language[:2], "en-US"),
    }
    unit = {
        "reference_id": request.reference,
        "custom_id": request.reference,
        "invoice_id": f"{request.reference}-{request.key[-12:]}",
        "amount": {**amount, "breakdown": {"item_total": amount}},
        "items": [{"name": request.order_number, "quantity": "1", "unit_amount": amount}],
    }
    return {
        "intent": "CAPTURE",
        "purchase_units": [unit],
        "payment_source": {"paypal": {"experience_context": context}},
    }


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    """:raises GatewayRefused: rather than round, or ask for a currency that PayPal does not take"""
    if currency not in CURRENCIES:
        raise GatewayRefused(f"PayPal does not take {currency}.")
    decimals = 0 if currency in WHOLE_CURRENCIES else 2
    text = f"{amount:.{decimals}f}"
    if Decimal(text) != amount:
        raise GatewayRefused(f"{amount} {currency} has too many decimals.")
    return {"currency_code": currency, "value": text}


def _about(event: Document) -> dict[str, str]:
    return facts.about(event) if event["event_type"] in EVENT_TYPES else {}


def _headers(key: str) -> dict[str, str]:
    return {"PayPal-Request-Id": key, "Prefer": "return=representation"}


def _range(since: datetime, until: datetime, page: int) -> str:
    begin, end = (each.isoformat(timespec="seconds") for each in (since, until))
    return urlencode(
        {
            "start_date": begin,
            "end_date": end,
            "fields": "transaction_info",
            "page_size": PAGE_SIZE,
            "page": page,
        }
    )


def _safe(key: object) -> str:
    """An id as a part of an address, whatever it may contain."""
    return quote(str(key), safe="")
