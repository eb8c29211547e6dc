"""Conekta's API as far as a shop with hosted checkouts uses it, and its signed webhooks."""

import base64
import hmac
import json
import re
from collections.abc import Callable, Sequence
from typing import ClassVar
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.providers.conekta import page
from tests.providers.conekta.account import Account, charges_of
from tests.providers.conekta.documents import Document, not_found, refusal, spoken
from tests.providers.server import Answer, Knock, OfAccount, Request

MAX_PAGE = 250
KEY_BITS = 2048

_Handler = Callable[["Conekta", Request, str], Document]


class Conekta(OfAccount):
    """Implements `tests.providers.server.Provider`; all that happens, happens to its `account`."""

    def __init__(
        self, *, private_key: str, signing_key: rsa.RSAPrivateKey, livemode: bool = True
    ) -> None:
        self.account: Account = Account(livemode=livemode)
        self._private_key = private_key
        self._signing_key = signing_key

    def knock(self, event: Document) -> Knock:
        """The signature covers the body alone: it is the same however often it is sent."""
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "DIGEST": sign(body, self._signing_key)}
        return Knock(body, headers)

    def answer(self, request: Request) -> Answer:
        self.account.expire_due()
        if page.PATH.fullmatch(request.path):
            return page.answer(self.account, request)
        given = request.header("Authorization").encode()
        if not hmac.compare_digest(given, f"Bearer {self._private_key}".encode()):
            raise refusal("Please include your access key in your request.", status=401)
        for method, path, handler in self._ROUTES:
            found = re.fullmatch(path, request.path)
            if found and method == request.method:
                return spoken(handler(self, request, *found.groups(default="")))
        raise not_found("Address", request.path)

    def _open_order(self, request: Request, _key: str = "") -> Document:
        return self.account.open_order(_object(request))

    def _order(self, _request: Request, key: str) -> Document:
        return self.account.order(key)

    def _refund(self, request: Request, key: str) -> Document:
        asked = _object(request)
        return self.account.refund(key, asked.get("amount"), asked.get("reason"))

    def _capture(self, request: Request, key: str) -> Document:
        return self.account.capture(key, _object(request).get("amount"))

    def _cancel_checkout(self, _request: Request, key: str) -> Document:
        return self.account.cancel_checkout(key)

    def _orders(self, request: Request, _key: str = "") -> Document:
        since = _number(request, "updated_at.gte", 0)
        found = [each for each in self.account.orders.values() if each["updated_at"] >= since]
        return self._page(request, found[::-1])

    def _charges(self, request: Request, _key: str = "") -> Document:
        wanted = request.query.get("search", [""])[0]
        charges = [each for order in self.account.orders.values() for each in charges_of(order)]
        found = [each for each in charges if wanted in (each["id"], each["order_id"], "")]
        return self._page(request, found[::-1])

    def _page(self, request: Request, rows: list[Document]) -> Document:
        """From the row after `next` on, the newest first."""
        limit = _number(request, "limit", 20)
        if not 1 <= limit <= MAX_PAGE:
            raise refusal("The limit is out of range.", param="limit")
        after = request.query.get("next", [""])[0]
        keys = [each["id"] for each in rows]
        begin = keys.index(after) + 1 if after in keys else 0
        shown = rows[begin : begin + limit]
        has_more = begin + limit < len(rows)
        address = f"{self.url}{request.path}?" + urlencode(
            {"next": shown[-1]["id"]} if shown else {}
        )
        return {
            "next_page_url": address if has_more else None,
            "previous_page_url": None,
            "has_more": has_more,
            "object": "list",
            "data": shown,
        }

    _ROUTES: ClassVar[Sequence[tuple[str, str, _Handler]]] = (
        ("POST", "/orders", _open_order),
        ("GET", "/orders", _orders),
        ("GET", r"/orders/(\w+)", _order),
        ("POST", r"/orders/(\w+)/refunds", _refund),
        ("POST", r"/orders/(\w+)/capture", _capture),
        ("PUT", r"/checkouts/([\w-]+)/cancel", _cancel_checkout),
        ("GET", "/charges", _charges),
    )


def new_signing_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def public_pem(key: rsa.RSAPrivateKey) -> str:
    """As the shop gets it once, when it asks for a key for its webhooks."""
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def sign(body: bytes, key: rsa.RSAPrivateKey) -> str:
    return base64.b64encode(key.sign(body, padding.PKCS1v15(), hashes.SHA256())).decode()


def _object(request: Request) -> Document:
    found = request.json()
    if not isinstance(found, dict):
        raise refusal("The body is not an object.")
    return found


def _number(request: Request, name: str, default: int) -> int:
    value = request.query.get(name, [str(default)])[0]
    if not value.isdecimal():
        raise refusal("It is not a number.", param=name)
    return int(value)
