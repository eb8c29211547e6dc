"""Deliver signed webhooks to the shop, with retries until it accepts them."""

import hashlib
import hmac
import sqlite3
import sys
import threading
import time
from http import HTTPStatus
from http.client import HTTPException
from urllib.request import ProxyHandler, Request, build_opener

from simulator.bank import Bank

MAX_WAIT = 60.0
PAUSE = 0.2
TIMEOUT = 10.0

_opener = build_opener(ProxyHandler({}))


class Courier(threading.Thread):
    """Also lets delayed payments arrive. Without an address it delivers nothing."""

    def __init__(self, bank: Bank, *, url: str, secret: str) -> None:
        super().__init__(name="courier", daemon=True)
        self._bank = bank
        self._url = url
        self._secret = secret
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(PAUSE):
            try:
                self._bank.approve_due()
                if self._url:
                    self.deliver()
            except sqlite3.Error as error:  # the disk is full: the next round does it
                sys.stderr.write(f"simulator: {error}\n")

    def stop(self) -> None:
        self._stopped.set()
        self.join()

    def deliver(self) -> None:
        """Send all due webhooks; each failure doubles the wait."""
        for delivery in self._bank.due_deliveries():
            arrived = self._send(delivery.body)
            wait = min(0.5 * 2**delivery.tries, MAX_WAIT)
            self._bank.note_delivery(delivery, arrived=arrived, wait=wait)

    def _send(self, body: bytes) -> bool:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "payment-simulator",
            "Simulator-Signature": sign(body, self._secret, int(time.time())),
        }
        request = Request(self._url, data=body, headers=headers)  # noqa: S310
        try:
            with _opener.open(request, timeout=TIMEOUT) as answer:
                return bool(answer.status < HTTPStatus.MULTIPLE_CHOICES)
        except (OSError, HTTPException):
            return False


def sign(body: bytes, secret: str, at: int) -> str:
    code = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"
