"""Mercado Pago's API as far as a shop with Checkout Pro uses it, and its signed webhooks."""

import hashlib
import hmac
import json
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from tests.providers.mercadopago import page
from tests.providers.mercadopago.account import Account, Event
from tests.providers.mercadopago.documents import Document, bad_request, found_payment, refusal
from tests.providers.server import Answer, Knock, Request, as_json

MAX_KEY_LENGTH = 64
MAX_FOUND = 100

_Handler = Callable[["MercadoPago", Request, str], Answer]


class MercadoPago:
    """
    One account of a country, seen from the network. `account` is what the tests act upon.

    `has_milliseconds` says how the time in a signature is written: both have been seen. The last
    part of a token is the account's number.
    """

    url = ""

    def __init__(self, *, token: str, secret: str, country: str = "PE") -> None:
        self.account = Account(
            country=country,
            key=int(token.rpartition("-")[2]),
            is_live=not token.startswith("TEST-"),
        )
        self.has_milliseconds = False
        self._token = token
        self._secret = secret
        self.events: deque[Any] = self.account.events
        self._answered: dict[tuple[str, str, str], tuple[bytes, Answer]] = {}

    def answer(self, request: Request) -> Answer:
        if request.path == page.PATH:
            return page.answer(self.account, request)
        given = request.header("authorization").encode()
        if not hmac.compare_digest(given, f"Bearer {self._token}".encode()):
            raise refusal(401, "invalid access token", "unauthorized")
        for method, path, handler in self._ROUTES:
            found = re.fullmatch(path, request.path)
            if found and method == request.method:
                return self._once(request, handler, *found.groups(default=""))
        raise refusal(404, "resource not found", "not_found")

    def knock(self, event: Event) -> Knock:
        """The signature covers the id in the address, the request's id and the time: no more."""
        data_id = str(event.about["id"])
        body = {
            "action": event.action,
            "api_version": "v1",
            "data": event.about,
            "date_created": event.created,
            "id": event.id,
            "live_mode": event.live_mode,
            "type": event.type,
            "user_id": str(self.account.key),
        }
        seconds = self.account.now().timestamp()
        sent_at = str(int(seconds * 1000) if self.has_milliseconds else int(seconds))
        return Knock(
            body=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "X-Request-Id": event.request_id,
                "X-Signature": sign(data_id, event.request_id, sent_at, self._secret),
            },
            query=urlencode({"data.id": data_id, "type": event.type}),
        )

    def _once(self, request: Request, handler: _Handler, *arguments: str) -> Answer:
        """The same key gets the same answer; with another body it is a conflict."""
        key = request.header("x-idempotency-key")
        if request.method != "POST":
            return handler(self, request, *arguments)
        if not 1 <= len(key) <= MAX_KEY_LENGTH:
            raise bad_request("Header X-Idempotency-Key can't be null", 4292)
        known = self._answered.get((request.method, request.path, key))
        if known is None:
            answer = handler(self, request, *arguments)
            self._answered[request.method, request.path, key] = (request.body, answer)
            return answer
        body, answer = known
        if body != request.body:
            raise refusal(409, "The idempotency key was used for another request", "conflict")
        return answer

    def forget_keys(self) -> None:
        """What Mercado Pago does with idempotency keys after a while."""
        self._answered.clear()

    def _create_preference(self, request: Request, _key: str = "") -> Answer:
        return self._shown(self.account.create_preference(_object(request)), status=201)

    def _preference(self, _request: Request, key: str) -> Answer:
        return self._shown(self.account.preference(key))

    def _change_preference(self, request: Request, key: str) -> Answer:
        return self._shown(self.account.change_preference(key, _object(request)))

    def _shown(self, preference: Document, status: int = 200) -> Answer:
        address = f"{self.url}{page.PATH}?{urlencode({'pref_id': preference['id']})}"
        shown = preference | {"init_point": address, "sandbox_init_point": address}
        return as_json(shown, status)

    def _payment(self, _request: Request, key: str) -> Answer:
        return as_json(self.account.payment(key))

    def _change_payment(self, request: Request, key: str) -> Answer:
        asked = _object(request)
        if asked.get("capture") is not True:
            raise bad_request("Nothing to change")
        return as_json(self.account.capture(key, asked.get("transaction_amount")))

    def _refund(self, request: Request, key: str) -> Answer:
        asked = _object(request) if request.body not in (b"", b"null") else {}
        return as_json(self.account.refund(key, asked.get("amount")), 201)

    def _search_payments(self, request: Request, _key: str = "") -> Answer:
        account = self.account
        found = [each for key, each in account.payments.items() if key not in account.unlisted]
        reference = _first(request, "external_reference")
        if reference:
            found = [each for each in found if each["external_reference"] == reference]
        field = _first(request, "range")
        if field:
            begin, end = (self._time(_first(request, name)) for name in ("begin_date", "end_date"))
            found = [each for each in found if begin <= _time_of(each, field) <= end]
        sort = _first(request, "sort", "date_created")
        found.sort(
            key=lambda each: _time_of(each, sort), reverse=_first(request, "criteria") == "desc"
        )
        return _listed(request, [found_payment(each) for each in found])

    def _search_chargebacks(self, request: Request, _key: str = "") -> Answer:
        wanted = _first(request, "payment_id")
        found = self.account.chargebacks.values()
        return _listed(request, [each for each in found if str(each["payments"][0]) == wanted])

    def _chargeback(self, _request: Request, key: str) -> Answer:
        return as_json(self.account.chargeback(key))

    def _me(self, _request: Request, _key: str = "") -> Answer:
        site = self.account.site
        return as_json({"id": self.account.key, "site_id": site.code, "nickname": "THE.SHOP"})

    def _time(self, text: str) -> datetime:
        return self.account.now() if text == "NOW" else _parsed(text)

    _ROUTES: ClassVar[Sequence[tuple[str, str, _Handler]]] = (
        ("POST", "/checkout/preferences", _create_preference),
        ("GET", r"/checkout/preferences/([\w-]+)", _preference),
        ("PUT", r"/checkout/preferences/([\w-]+)", _change_preference),
        ("GET", "/v1/payments/search", _search_payments),
        ("GET", r"/v1/payments/(\w+)", _payment),
        ("PUT", r"/v1/payments/(\w+)", _change_payment),
        ("POST", r"/v1/payments/(\w+)/refunds", _refund),
        ("GET", "/v1/chargebacks/search", _search_chargebacks),
        ("GET", r"/v1/chargebacks/(\w+)", _chargeback),
        ("GET", "/users/me", _me),
    )


def sign(data_id: str, request_id: str, sent_at: str, secret: str) -> str:
    manifest = f"id:{data_id};request-id:{request_id};ts:{sent_at};"
    digest = hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()
    return f"ts={sent_at},v1={digest}"


def _listed(request: Request, found: list[Document]) -> Answer:
    """A page of what was found."""
    try:
        limit, offset = int(_first(request, "limit", "30")), int(_first(request, "offset", "0"))
    except ValueError:
        raise bad_request("limit and offset must be numbers") from None
    if not (0 < limit <= MAX_FOUND and offset >= 0):
        raise bad_request("limit or offset invalid")
    paging = {"total": len(found), "limit": limit, "offset": offset}
    return as_json({"paging": paging, "results": found[offset : offset + limit]})


def _object(request: Request) -> Document:
    found = request.json()
    if not isinstance(found, dict):
        raise bad_request("The body is not an object")
    return found


def _first(request: Request, name: str, default: str = "") -> str:
    return request.query.get(name, [default])[0]


def _time_of(payment: Mapping[str, Any], field: str) -> datetime:
    if field not in ("date_created", "date_last_updated"):
        raise bad_request("Invalid range or sort")
    return _parsed(payment[field])


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise bad_request("Invalid date") from None
