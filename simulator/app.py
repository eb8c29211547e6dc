"""The provider as a WSGI program: a JSON API for the shop, a page for the shopper."""

import hmac
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from simulator import page
from simulator.bank import Bank, Document, NotFound, Refusal

MAX_BODY = 64 * 1024
SECONDS = {"5": 5, "20": 20, "60": 60}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, list[str]]
    body: bytes
    key: str
    authorization: str


@dataclass(frozen=True)
class Answer:
    status: HTTPStatus
    body: bytes = b""
    kind: str = "application/json"
    location: str = ""
    shop: str = ""  # where a form's answer may lead, beside this server


class Simulator:
    """Answers requests about one bank. `url` is its own address, as browsers see it."""

    def __init__(self, bank: Bank, *, url: str, secret: str) -> None:
        self._bank = bank
        self._url = url.rstrip("/")
        self._secret = secret

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        try:
            answer = self._route(_read(environ))
        except NotFound:
            answer = _json(HTTPStatus.NOT_FOUND, {"error": "not found"})
        except Refusal as error:
            answer = _json(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": str(error)})
        headers = [
            ("Content-Type", answer.kind),
            ("Content-Length", str(len(answer.body))),
            ("Content-Security-Policy", f"{page.POLICY} {answer.shop}".strip()),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
        ]
        if answer.location:
            headers.append(("Location", answer.location))
        start(f"{answer.status.value} {answer.status.phrase}", headers)
        return [answer.body]

    def _route(self, request: Request) -> Answer:
        if request.path.startswith("/v1/"):
            return self._api(request)
        if request.path == "/simulator.css":
            return Answer(HTTPStatus.OK, page.STYLE.read_bytes(), "text/css; charset=utf-8")
        if request.path == "/health":
            return _json(HTTPStatus.OK, {"status": "ok"})
        found = re.fullmatch(r"/pay/([\w-]+)", request.path)
        if not found:
            raise NotFound
        return self._page(request, found[1])

    def _api(self, request: Request) -> Answer:
        right = f"Bearer {self._secret}".encode()
        if not hmac.compare_digest(request.authorization.encode(), right):
            return _json(HTTPStatus.UNAUTHORIZED, {"error": "the key is wrong"})
        if request.path == "/v1/payments":
            return self._payments(request)
        found = re.fullmatch(r"/v1/payments/([\w-]+)(/expire|/refunds)?", request.path)
        if not found:
            raise NotFound
        payment_id, action = found[1], found[2]
        if action and request.method != "POST":
            raise NotFound
        if action == "/expire":
            return _json(HTTPStatus.OK, self._shown(self._bank.expire(payment_id)))
        if action == "/refunds":
            refund = self._bank.refund(payment_id, _object(request.body), request.key)
            return _json(HTTPStatus.OK, refund)
        return _json(HTTPStatus.OK, self._shown(self._bank.get(payment_id)))

    def _payments(self, request: Request) -> Answer:
        if request.method == "POST":
            payment = self._bank.create(_object(request.body), request.key)
            return _json(HTTPStatus.OK, self._shown(payment))
        try:
            since = datetime.fromisoformat(request.query["since"][0]).timestamp()
        except (KeyError, ValueError):
            raise Refusal("since must be a time") from None
        found = [self._shown(each) for each in self._bank.changed_since(since)]
        return _json(HTTPStatus.OK, {"payments": found})

    def _page(self, request: Request, payment_id: str) -> Answer:
        payment = self._bank.get(payment_id)
        if request.method != "POST":
            html = page.render(payment).encode()
            shop = page.origin(payment["return_url"])
            return Answer(HTTPStatus.OK, html, "text/html; charset=utf-8", shop=shop)
        form = parse_qs(request.body.decode(errors="replace"))
        try:
            self._act(payment_id, form)
        except Refusal:
            # Somebody went back and pressed again: the page says how things stand.
            return Answer(HTTPStatus.SEE_OTHER, location=f"/pay/{payment_id}")
        return Answer(HTTPStatus.SEE_OTHER, location=payment["return_url"])

    def _act(self, payment_id: str, form: dict[str, list[str]]) -> None:
        action = form.get("action", [""])[0]
        if action == "approve":
            self._bank.capture(payment_id)
        elif action == "twice":
            self._bank.capture(payment_id, times=2)
        elif action == "decline":
            self._bank.decline(payment_id)
        elif action == "delay":
            seconds = form.get("seconds", [""])[0]
            self._bank.delay(payment_id, SECONDS.get(seconds, SECONDS["20"]))
        elif action != "abandon":
            raise Refusal("unknown action")

    def _shown(self, payment: Document) -> Document:
        return {**payment, "url": f"{self._url}/pay/{payment['id']}"}


def _read(environ: dict[str, Any]) -> Request:
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = -1
    if not 0 <= length <= MAX_BODY:
        raise Refusal("the body is too long")
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ.get("PATH_INFO", ""),
        query=parse_qs(environ.get("QUERY_STRING", "")),
        body=environ["wsgi.input"].read(length) if length else b"",
        key=environ.get("HTTP_IDEMPOTENCY_KEY", ""),
        authorization=environ.get("HTTP_AUTHORIZATION", ""),
    )


def _object(body: bytes) -> Document:
    try:
        found = json.loads(body)
    except ValueError:
        raise Refusal("the body is not JSON") from None
    if not isinstance(found, dict):
        raise Refusal("the body is not an object")
    return found


def _json(status: HTTPStatus, document: Document) -> Answer:
    return Answer(status, json.dumps(document).encode())
