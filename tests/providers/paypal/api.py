"""PayPal's API as far as the shop uses it, its signed webhooks, and its page to approve on."""

import base64
import hashlib
import hmac
import json
import re
import secrets
import uuid
from collections.abc import Callable
from decimal import Decimal

from tests.providers.paypal import certificates, documents, lists, page
from tests.providers.paypal.account import Account
from tests.providers.paypal.documents import Document, refusal
from tests.providers.server import Answer, Knock, OfAccount, Refusal, Request, as_json

MAX_KEY_LENGTH = 108
TOKEN_SECONDS = 32_400
CERTIFICATES = "/v1/notifications/certs/"
ROOT, CURRENT = f"{CERTIFICATES}ROOT", f"{CERTIFICATES}CERT-360caa42-fca2a594-5edd8a10"
VERIFY = "/v1/notifications/verify-webhook-signature"


class PayPal(OfAccount):
    """
    Implements `tests.providers.server.Provider`; all that happens, happens to its `account`.

    `certificates` are served by path; webhooks are signed with the one of `signed_with`.
    """

    def __init__(self, *, client_id: str, client_secret: str, webhook_id: str) -> None:
        self.account: Account = Account()
        self.token_requests = 0
        self.signed_with = CURRENT
        self.certificates = {CURRENT: certificates.issue()}
        self._basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._webhook_id = webhook_id
        self._tokens: dict[str, float] = {}
        self._answered: dict[tuple[str, str], tuple[str, str]] = {}

    def knock(self, event: Document) -> Knock:
        return self.sign(json.dumps(event, separators=(",", ":")).encode())

    def sign(self, body: bytes, *, at: float | None = None) -> Knock:
        sent = {
            "id": str(uuid.uuid4()),
            "time": documents.stamp(self.account.now() if at is None else at),
        }
        certificate = self.certificates[self.signed_with]
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "PayPal/AUHD-214.0-58245592",
            "Paypal-Transmission-Id": sent["id"],
            "Paypal-Transmission-Time": sent["time"],
            "Paypal-Transmission-Sig": certificate.sign(
                certificates.message(body, sent, self._webhook_id)
            ),
            "Paypal-Cert-Url": self.url + self.signed_with,
            "Paypal-Auth-Algo": certificates.ALGORITHM,
        }
        return Knock(body, headers)

    def revoke_tokens(self) -> None:
        self._tokens.clear()

    def forget_keys(self) -> None:
        """Six hours later."""
        self._answered.clear()

    def answer(self, request: Request) -> Answer:
        if request.path == page.PATH:
            return page.answer(self.account, request)
        if request.path.startswith(CERTIFICATES):
            return self._certificate(request.path)
        if request.path == "/v1/oauth2/token":
            return self._token(request)
        self._check(request)
        if request.method == "GET":
            return as_json(self._read(request))
        if request.path == VERIFY:
            return as_json({"verification_status": self._verified(request)})
        return self._once(request)

    def _check(self, request: Request) -> None:
        kind, _space, token = request.header("Authorization").partition(" ")
        if kind != "Bearer" or self._tokens.get(token, 0) <= self.account.now():
            raise refusal("INVALID_TOKEN", status=401)
        kinds = ("application/json",) if request.method == "POST" else ("application/json", "")
        if request.header("Content-Type") not in kinds or (
            request.method == "GET" and request.body
        ):
            raise refusal("UNSUPPORTED_MEDIA_TYPE", status=415)

    def _token(self, request: Request) -> Answer:
        self.token_requests += 1
        given = request.header("Authorization").encode()
        is_form = request.header("Content-Type") == "application/x-www-form-urlencoded"
        if not hmac.compare_digest(given, f"Basic {self._basic}".encode()) or not is_form:
            told = "Client Authentication failed"
            raise Refusal(401, {"error": "invalid_client", "error_description": told})
        token = f"A21AA{secrets.token_urlsafe(40)}"
        self._tokens[token] = self.account.now() + TOKEN_SECONDS
        return as_json(
            {
                "scope": "https://uri.paypal.com/services/payments/payment",
                "access_token": token,
                "token_type": "Bearer",
                "app_id": "APP-80W284485P519543T",
                "expires_in": TOKEN_SECONDS,
                "nonce": f"{documents.stamp(self.account.now())}{secrets.token_urlsafe(16)}",
            }
        )

    def _certificate(self, path: str) -> Answer:
        found = (
            certificates.authority(certificates.ROOT)
            if path == ROOT
            else self.certificates.get(path)
        )
        if found is None:
            raise refusal("INVALID_RESOURCE_ID", status=404)
        return Answer(200, found.pem, {"Content-Type": "application/x-pem-file"})

    def _verified(self, request: Request) -> str:
        """The event is the last field and was sent byte by byte as it came."""
        asked = request.json()
        raw = request.body.partition(b'"webhook_event":')[2].strip()[:-1].strip()
        path = asked["cert_url"].removeprefix(self.url)
        certificate = self.certificates.get(path)
        sent = {"id": asked["transmission_id"], "time": asked["transmission_time"]}
        message = certificates.message(raw, sent, self._webhook_id)
        is_right = (
            certificate is not None
            and asked["webhook_id"] == self._webhook_id
            and certificate.has_signed(message, asked["transmission_sig"])
        )
        return "SUCCESS" if is_right else "FAILURE"

    def _once(self, request: Request) -> Answer:
        """The same key answers with what it has made before; what was refused is tried again."""
        key = request.header("PayPal-Request-Id")
        if len(key) > MAX_KEY_LENGTH:
            raise refusal("INVALID_STRING_MAX_LENGTH", status=400, field="PayPal-Request-Id")
        asked = hashlib.sha256(request.body).hexdigest()
        before, made = self._answered.get((request.path, key), (asked, ""))
        if before != asked:
            raise refusal("DUPLICATE_REQUEST_ID")
        work, show, status = self._work(request)
        if made:
            return as_json(show(made), 200)
        made = work()
        if key:
            self._answered[request.path, key] = (asked, made)
        return as_json(show(made), status)

    def _work(self, request: Request) -> tuple[Callable[[], str], Callable[[str], Document], int]:
        """What is to be done, giving an id; how to tell of it; and the status of the first time."""
        account, asked = self.account, request.json()
        is_full = "return=representation" in request.header("Prefer")

        def order(key: str) -> Document:
            shown = account.shown(account.orders[key])
            return shown if is_full else _minimal(shown)

        if request.path == "/v2/checkout/orders":
            _check_order(asked)
            return (lambda: str(account.open_order(asked)["id"])), order, 200
        if found := re.fullmatch(r"/v2/checkout/orders/(\w+)/capture", request.path):
            key = self._find(account.orders, found[1])["id"]
            return (lambda: str(account.capture(key)["id"])), order, 201
        if found := re.fullmatch(r"/v2/payments/captures/(\w+)/refund", request.path):
            capture = self._find(account.captures, found[1])
            if "amount" in asked:
                _check_money(asked["amount"])
            return (
                lambda: str(account.refund(capture["id"], asked)["id"]),
                lambda key: account.shown_refund(account.refunds[key]),
                201,
            )
        raise refusal("INVALID_RESOURCE_ID", status=404)

    def _read(self, request: Request) -> Document:
        account = self.account
        if found := re.fullmatch(r"/v2/checkout/orders/(\w+)", request.path):
            return account.shown(self._find(account.orders, found[1]))
        if found := re.fullmatch(r"/v2/payments/captures/(\w+)", request.path):
            return account.shown_payment(self._find(account.captures, found[1]))
        if found := re.fullmatch(r"/v1/customer/disputes/([\w-]+)", request.path):
            return self._find(account.disputes, found[1])
        if request.path == "/v1/customer/disputes":
            return lists.disputes(account, request.query)
        if request.path == "/v1/reporting/transactions":
            return lists.transactions(account, request.query)
        raise refusal("INVALID_RESOURCE_ID", status=404)

    def _find(self, rows: dict[str, Document], key: str) -> Document:
        if key not in rows:
            raise refusal("INVALID_RESOURCE_ID", status=404)
        return rows[key]


def _minimal(order: Document) -> Document:
    names = ("id", "status", "payment_source", "links", "payer")
    shown = {name: order[name] for name in names if name in order}
    units = [each for each in order["purchase_units"] if "payments" in each]
    if units:
        kept = [
            {"reference_id": each["reference_id"], "payments": each["payments"]} for each in units
        ]
        shown["purchase_units"] = kept
    return shown


def _check_order(asked: Document) -> None:
    if asked.get("intent") != "CAPTURE":
        raise refusal("INVALID_PARAMETER_SYNTAX", status=400, field="/intent")
    if not asked.get("purchase_units"):
        raise refusal("MISSING_REQUIRED_PARAMETER", status=400, field="/purchase_units")
    for unit in asked["purchase_units"]:
        total = _check_money(unit.get("amount", {}))
        parts = unit["amount"].get("breakdown", {})
        if parts and total != _check_money(parts.get("item_total", {})):
            raise refusal("AMOUNT_MISMATCH")
        prices = [
            _check_money(each["unit_amount"]) * int(each["quantity"])
            for each in unit.get("items", [])
        ]
        if prices and sum(prices) != total:
            raise refusal("ITEM_TOTAL_MISMATCH")


def _check_money(given: Document) -> Decimal:
    """:raises Refusal: unless it is an amount that PayPal takes"""
    currency, text = given.get("currency_code", ""), given.get("value", "")
    if not isinstance(text, str) or not re.fullmatch(r"\d{1,12}(\.\d+)?", text):
        raise refusal("INVALID_PARAMETER_SYNTAX", status=400, field="/value")
    if currency not in documents.CURRENCIES:
        raise refusal("INVALID_CURRENCY_CODE")
    decimals = text.partition(".")[2]
    if currency in documents.WHOLE_CURRENCIES and decimals:
        raise refusal("DECIMALS_NOT_SUPPORTED")
    if len(decimals) > 2:
        raise refusal("DECIMAL_PRECISION")
    return Decimal(text)
