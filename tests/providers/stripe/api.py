"""Stripe's API as far as the shop uses it, its signed webhooks, and its page to pay on."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterable
from copy import deepcopy
from urllib.parse import urlencode

from tests.providers.server import Answer, Knock, OfAccount, Refusal, Request, as_json
from tests.providers.stripe import documents, page
from tests.providers.stripe.account import Account
from tests.providers.stripe.documents import Document, list_of, refusal

MAX_PAGE = 100
MAX_TYPES = 20
SESSION_FIELDS = {
    *("adaptive_pricing", "cancel_url", "client_reference_id", "customer_email", "expand"),
    *("expires_at", "line_items", "locale", "metadata", "mode", "payment_intent_data"),
    "success_url",
}
REFUND_FIELDS = {"amount", "charge", "expand", "metadata", "payment_intent", "reason"}
MIN_SESSION, MAX_SESSION = 30 * 60, 24 * 3600


class Stripe(OfAccount):
    """Implements `tests.providers.server.Provider`; all that happens, happens to its `account`."""

    def __init__(self, *, secret_key: str, webhook_secret: str) -> None:
        self.account: Account = Account()
        self._secret_key = secret_key
        self._webhook_secret = webhook_secret
        self._answered: dict[str, tuple[str, Answer]] = {}

    def knock(self, event: Document) -> Knock:
        body = json.dumps(event, indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": sign(body, self._webhook_secret, int(time.time())),
        }
        return Knock(body, headers)

    def answer(self, request: Request) -> Answer:
        self.account.expire_due()
        if not request.path.startswith("/v1/"):
            return page.answer(self.account, request)
        given = request.header("Authorization").encode()
        if not hmac.compare_digest(given, f"Bearer {self._secret_key}".encode()):
            raise refusal("Invalid API Key provided: sk_test_****", status=401)
        if request.method == "POST":
            return self._once(request)
        if request.method == "GET":
            return as_json(self._read(request))
        raise _unknown_url(request)

    def _once(self, request: Request) -> Answer:
        """The same key and the same parameters get the first answer again, also if that was no."""
        key = request.header("Idempotency-Key")
        asked = hashlib.sha256(f"{request.path}\n".encode() + request.body).hexdigest()
        before, answer = self._answered.get(key, (asked, None))
        if before != asked:
            raise refusal(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request.",
                kind="idempotency_error",
            )
        if answer:
            return Answer(
                answer.status, answer.body, {**answer.headers, "Idempotent-Replayed": "true"}
            )
        work = self._work(request)
        try:
            answer = as_json(work())
        except Refusal as refused:
            answer = refused.answer
        if key:
            self._answered[key] = (asked, answer)
        return answer

    def _work(self, request: Request) -> Callable[[], Document]:
        """What is to be done, its parameters checked: what they get wrong is not remembered."""
        asked = documents.read_form(request.body.decode())
        account = self.account
        if request.path == "/v1/checkout/sessions":
            self._check_session(asked)
            return lambda: self._expanded(account.open_session(asked), asked.get("expand", ()))
        if request.path == "/v1/refunds":
            _check_known(asked, REFUND_FIELDS)
            charge = self._find(account.charges, "charge", asked.get("charge", ""))
            amount = _whole(asked, "amount") if "amount" in asked else None
            return lambda: account.refund(charge["id"], amount, asked)
        if found := re.fullmatch(r"/v1/checkout/sessions/(\w+)/expire", request.path):
            session = self._find(account.sessions, "checkout.session", found[1])
            return lambda: account.expire(session["id"])
        if found := re.fullmatch(r"/v1/payment_intents/(\w+)/capture", request.path):
            _check_known(asked, {"amount_to_capture", "expand"})
            intent = self._find(account.intents, "payment_intent", found[1])
            taken = _whole(asked, "amount_to_capture") if "amount_to_capture" in asked else None
            return lambda: account.capture(intent["id"], taken)
        raise _unknown_url(request)

    def _check_session(self, asked: Document) -> None:
        _check_known(asked, SESSION_FIELDS)
        for name in ("mode", "success_url", "line_items"):
            if not asked.get(name):
                raise refusal(
                    f"Missing required param: {name}.", code="parameter_missing", param=name
                )
        for line in asked["line_items"]:
            _whole(line, "quantity")
            _whole(line.get("price_data", {}), "unit_amount")
        if "expires_at" in asked:
            lasts = _whole(asked, "expires_at") - self.account.now()
            if not MIN_SESSION <= lasts <= MAX_SESSION:
                raise refusal(
                    "The `expires_at` timestamp must be between 30 minutes and 24 hours from "
                    "Checkout Session creation.",
                    param="expires_at",
                )
        asked.setdefault("adaptive_pricing", {"enabled": "true"})

    def _read(self, request: Request) -> Document:
        asked = documents.read_form(urlencode(request.query, doseq=True))
        account = self.account
        if found := re.fullmatch(r"/v1/checkout/sessions/(\w+)", request.path):
            session = self._find(account.sessions, "checkout.session", found[1])
            return self._expanded(session, asked.get("expand", ()))
        if request.path == "/v1/events":
            return _page(_events(account.history, asked), asked, request.path)
        rows = {
            "/v1/checkout/sessions": account.sessions,
            "/v1/refunds": account.refunds,
            "/v1/disputes": account.disputes,
        }.get(request.path)
        if rows is None:
            raise _unknown_url(request)
        wanted = {name: asked[name] for name in ("charge", "payment_intent") if name in asked}
        newest = reversed(rows.values())
        fitting = [row for row in newest if wanted.items() <= row.items()]
        return _page(fitting, asked, request.path)

    def _expanded(self, session: Document, paths: Iterable[str]) -> Document:
        """A copy in which the documents that were asked for stand in place of their ids."""
        shown = deepcopy(session)
        for path in paths:
            where = shown
            for name in path.split("."):
                if not isinstance(where.get(name), dict):
                    where[name] = self._linked(where, name)
                if where[name] is None:
                    break
                where = where[name]
        return shown

    def _linked(self, where: Document, name: str) -> Document | None:
        account = self.account
        if name == "refunds":
            mine = [each for each in account.refunds.values() if each["charge"] == where["id"]]
            newest = deepcopy(mine[::-1])
            url = f"/v1/charges/{where['id']}/refunds"
            return list_of(newest[:10], url, has_more=len(newest) > 10)
        rows = {
            "payment_intent": account.intents,
            "latest_charge": account.charges,
            "balance_transaction": account.balance,
        }.get(name)
        if rows is None:
            raise refusal(f"This property cannot be expanded ({name}).")
        return deepcopy(rows[where[name]]) if where[name] else None

    def _find(self, rows: dict[str, Document], kind: str, key: str) -> Document:
        if key not in rows:
            raise refusal(
                f"No such {kind}: '{key}'", status=404, code="resource_missing", param="id"
            )
        return rows[key]


def sign(body: bytes, secret: str, at: int) -> str:
    code = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"


def _events(history: list[Document], asked: Document) -> list[Document]:
    types = asked.get("types", [])
    if len(types) > MAX_TYPES:
        raise refusal("You may pass at most 20 types.", param="types")
    since = int(asked.get("created", {}).get("gte", 0))
    return [
        each
        for each in reversed(history)
        if each["created"] >= since and (not types or each["type"] in types)
    ]


def _page(rows: list[Document], asked: Document, url: str) -> Document:
    limit = int(asked.get("limit", 10))
    if not 1 <= limit <= MAX_PAGE:
        raise refusal("This value must be between 1 and 100.", param="limit")
    keys = [row["id"] for row in rows]
    after = asked.get("starting_after")
    begin = keys.index(after) + 1 if after in keys else 0
    shown = rows[begin : begin + limit]
    return list_of(deepcopy(shown), url, has_more=begin + limit < len(rows))


def _check_known(asked: Document, known: set[str]) -> None:
    for name in asked:
        if name not in known:
            text = f"Received unknown parameter: {name}"
            raise refusal(text, code="parameter_unknown", param=name)


def _whole(asked: Document, name: str) -> int:
    value = str(asked.get(name, ""))
    if not re.fullmatch(r"[0-9]{1,12}", value) or int(value) < 1:
        text = f"Invalid integer: {value}"
        raise refusal(text, code="parameter_invalid_integer", param=name)
    return int(value)


def _unknown_url(request: Request) -> Refusal:
    text = f"Unrecognized request URL ({request.method}: {request.path})."
    return refusal(text, status=404)
