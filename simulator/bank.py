"""The simulator's data: payments, captures, refunds, and webhooks still to deliver."""

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from simulator.texts import texts_for

Document = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS payment (id TEXT PRIMARY KEY, changed REAL, due REAL, document TEXT);
CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, request TEXT, payment TEXT, part TEXT);
CREATE TABLE IF NOT EXISTS delivery
    (id TEXT PRIMARY KEY, body TEXT, tries INTEGER, due REAL, delivered INTEGER);
CREATE INDEX IF NOT EXISTS payment_due ON payment (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due) WHERE delivered = 0;
"""


class Refusal(Exception):
    """A request that the provider does not carry out; the text says why."""


class NotFound(Exception):
    """There is no such payment."""


@dataclass(frozen=True)
class Delivery:
    id: str
    body: bytes
    tries: int


class Bank:
    """One SQLite file behind one lock; `:memory:` for tests."""

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.RLock()
        if path != ":memory:":
            Path(path).touch()
            Path(path).chmod(0o600)
        self._rows = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._rows.executescript(f"PRAGMA journal_mode = WAL; {SCHEMA}")

    def close(self) -> None:
        with self._lock:
            self._rows.close()

    def create(self, request: Document, key: str) -> Document:
        """
        Open a payment; the same key gives the same payment again.

        :raises Refusal: for a request that makes no sense, or a key used for another one
        """
        _check(request)
        with self._change():
            known = self._answered(key, request)
            if known:
                return self.get(known[0])
            payment = {
                "id": f"pay_{secrets.token_urlsafe(18)}",
                "created": time.time(),
                "status": "open",
                "captures": [],
                "refunds": [],
                **request,
            }
            self._put(payment)
            self._remember(key, request, payment["id"])
            return payment

    def get(self, payment_id: str) -> Document:
        """:raises NotFound: if there is none"""
        with self._lock:
            row = self._rows.execute(
                "SELECT document FROM payment WHERE id = ?", (payment_id,)
            ).fetchone()
        if row is None:
            raise NotFound
        payment: Document = json.loads(row[0])
        if payment["status"] == "open" and _is_over(payment):
            payment["status"] = "expired"
        return payment

    def adopt(self, payments: Iterable[Document]) -> None:
        """Take over payments with a past, as a shop that comes from elsewhere brings them."""
        with self._change():
            for payment in payments:
                try:
                    self.get(payment["id"])
                except NotFound:
                    self._put(payment)

    def changed_since(self, moment: float) -> list[Document]:
        with self._lock:
            rows = self._rows.execute(
                "SELECT document FROM payment WHERE changed >= ? ORDER BY changed", (moment,)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def capture(self, payment_id: str, *, amount: int | None = None, times: int = 1) -> None:
        """
        Money comes in. Only tests give an amount: one that is not what was asked.

        :raises Refusal: if the payment is no longer open
        """
        with self._change():
            payment = self._for_shopper(payment_id)
            for _ in range(times):
                payment["captures"].append(_movement("cap", amount or payment["amount"]))
            payment["status"] = "paid"
            payment.pop("approve_at", None)
            self._put(payment)
            for _ in range(times):
                self._notify(payment, "payment.captured")

    def decline(self, payment_id: str) -> None:
        """:raises Refusal: if the payment is no longer open"""
        with self._change():
            payment = self._for_shopper(payment_id)
            payment |= {
                "status": "failed",
                "error_code": "card_declined",
                "error_message": texts_for(payment.get("language"))[1]["declined"],
            }
            self._put(payment)
            self._notify(payment, "payment.failed")

    def delay(self, payment_id: str, seconds: float) -> None:
        """
        The shopper has paid, the money is on its way.

        :raises Refusal: if the payment is no longer open
        """
        with self._change():
            payment = self._for_shopper(payment_id)
            payment |= {"status": "processing", "approve_at": time.time() + seconds}
            self._put(payment)
            self._notify(payment, "payment.processing")

    def expire(self, payment_id: str) -> Document:
        """Close an open payment; any other stays as it is."""
        with self._change():
            payment = self.get(payment_id)
            if payment["status"] in ("open", "expired"):
                payment["status"] = "expired"
                self._put(payment)
            return payment

    def refund(self, payment_id: str, request: Document, key: str) -> Document:
        """
        Give money back; the same key gives the same refund again.

        :raises Refusal: if it is more than is left
        """
        amount, reference = request.get("amount"), str(request.get("reference", ""))
        if not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0:
            raise Refusal("amount must be a positive whole number")
        with self._change():
            payment = self.get(payment_id)
            known = self._answered(key, request)
            if known:
                return next(each for each in payment["refunds"] if each["id"] == known[1])
            if amount > _total(payment["captures"]) - _total(payment["refunds"]):
                raise Refusal("the payment has less left than that")
            refund = {**_movement("ref", amount), "status": "succeeded", "reference": reference}
            payment["refunds"].append(refund)
            self._put(payment)
            self._remember(key, request, payment_id, refund["id"])
            self._notify(payment, "refund.succeeded")
            return refund

    def approve_due(self) -> None:
        """Let the delayed payments arrive whose time has come."""
        with self._lock:
            rows = self._rows.execute(
                "SELECT id FROM payment WHERE due <= ?", (time.time(),)
            ).fetchall()
        for (payment_id,) in rows:
            with self._change():
                payment = self.get(payment_id)
                if payment["status"] == "processing":
                    payment["captures"].append(_movement("cap", payment["amount"]))
                    payment["status"] = "paid"
                    payment.pop("approve_at")
                    self._put(payment)
                    self._notify(payment, "payment.captured")

    def due_deliveries(self) -> list[Delivery]:
        with self._lock:
            rows = self._rows.execute(
                "SELECT id, body, tries FROM delivery WHERE delivered = 0 AND due <= ?"
                " ORDER BY due LIMIT 50",
                (time.time(),),
            ).fetchall()
        return [Delivery(row[0], row[1].encode(), row[2]) for row in rows]

    def note_delivery(self, delivery: Delivery, *, arrived: bool, wait: float) -> None:
        with self._change():
            self._rows.execute(
                "UPDATE delivery SET delivered = ?, tries = tries + 1, due = ? WHERE id = ?",
                (int(arrived), time.time() + wait, delivery.id),
            )

    def _for_shopper(self, payment_id: str) -> Document:
        payment = self.get(payment_id)
        if payment["status"] != "open":
            raise Refusal(payment["status"])
        return payment

    def _put(self, payment: Document) -> None:
        self._rows.execute(
            "INSERT OR REPLACE INTO payment VALUES (?, ?, ?, ?)",
            (payment["id"], time.time(), payment.get("approve_at"), json.dumps(payment)),
        )

    def _notify(self, payment: Document, kind: str) -> None:
        event_id = f"evt_{secrets.token_hex(12)}"
        event = {"id": event_id, "type": kind, "payment": payment["id"], "created": time.time()}
        self._rows.execute(
            "INSERT INTO delivery VALUES (?, ?, 0, ?, 0)",
            (event_id, json.dumps(event), time.time()),
        )

    def _answered(self, key: str, request: Document) -> tuple[str, str] | None:
        if not key:
            raise Refusal("Idempotency-Key is missing")
        row = self._rows.execute(
            "SELECT request, payment, part FROM answer WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            return None
        if row[0] != json.dumps(request, sort_keys=True):
            raise Refusal("this Idempotency-Key was used for another request")
        return row[1], row[2]

    def _remember(self, key: str, request: Document, payment_id: str, part: str = "") -> None:
        self._rows.execute(
            "INSERT INTO answer VALUES (?, ?, ?, ?)",
            (key, json.dumps(request, sort_keys=True), payment_id, part),
        )

    @contextmanager
    def _change(self) -> Iterator[None]:
        """All of it or nothing, one at a time."""
        with self._lock:
            self._rows.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._rows.execute("COMMIT")
            except BaseException:
                if self._rows.in_transaction:  # a full disk may have ended it already
                    self._rows.execute("ROLLBACK")
                raise


def _check(request: Document) -> None:
    amount, currency = request.get("amount"), request.get("currency")
    if not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0:
        raise Refusal("amount must be a positive whole number of minor units")
    if not (isinstance(currency, str) and len(currency) == len("PEN") and currency.isupper()):
        raise Refusal("currency must be a code of three letters")
    until = request.get("expires_at")
    if until is not None:
        _check_time(until)
    for name in ("reference", "order", "return_url"):
        if not isinstance(request.get(name), str) or not request[name]:
            raise Refusal(f"{name} is missing")
    if not request["return_url"].startswith(("http://", "https://")):
        raise Refusal("return_url must be a web address")


def _check_time(text: object) -> None:
    try:
        datetime.fromisoformat(str(text))
    except ValueError:
        raise Refusal("expires_at must be a time") from None


def _is_over(payment: Document) -> bool:
    until = payment.get("expires_at")
    return until is not None and datetime.fromisoformat(until).timestamp() <= time.time()


def _movement(prefix: str, amount: int) -> Document:
    return {"id": f"{prefix}_{secrets.token_hex(12)}", "amount": amount, "at": time.time()}


def _total(movements: list[Document]) -> int:
    return sum(each["amount"] for each in movements)
