"""A payment provider, Acme: nothing in the shop knows its name. See docs/payment-gateways.md."""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from payments.gateways import http
from payments.gateways.amounts import from_minor, to_minor
from payments.gateways.base import (
    CaptureRequest,
    MoneyFact,
    PaymentReference,
    ProviderSnapshot,
    RefundFact,
    RefundRequest,
    Started,
    StartRequest,
    WebhookNotice,
)
from payments.gateways.signatures import verify
from payments.states import PaymentState, RefundState

CODE = "acme"
STATES = {
    "waiting": PaymentState.OPEN,
    "paid": PaymentState.CAPTURED,
    "closed": PaymentState.EXPIRED,
}


class AcmeGateway:
    """Takes Peruvian soles, by a page of its own."""

    is_offline = False

    def __init__(self, *, base: str, secret: str) -> None:
        self._base = base
        self._secret = secret

    def accepts(self, currency: str) -> bool:
        return currency == "PEN"

    def start(self, request: StartRequest) -> Started:
        body = {
            "reference": request.reference,
            "cents": to_minor(request.amount, request.currency),
            "back_to": request.return_url,
        }
        made = self._call("POST", "/payments", body, key=request.key)
        return Started(gateway_id=made["id"], redirect_url=made["page"])

    def fetch(self, gateway_id: str) -> ProviderSnapshot:
        return _truth(self._call("GET", f"/payments/{quote(gateway_id, safe='')}"))

    def capture(self, request: CaptureRequest) -> ProviderSnapshot:
        """Acme captures immediately: there is nothing to capture later."""
        return self.fetch(request.gateway_id)

    def expire(self, gateway_id: str) -> None:
        self._call("POST", f"/payments/{quote(gateway_id, safe='')}/close", {})

    def refund(self, request: RefundRequest) -> RefundFact:
        body = {"cents": to_minor(request.amount, request.currency), "key": request.key}
        path = f"/payments/{quote(request.gateway_id, safe='')}/refunds"
        return _refund(self._call("POST", path, body, key=request.key))

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]
    ) -> WebhookNotice:
        verify(body, headers.get("Acme-Signature", ""), self._secret)
        event = http.event_of(body) | {"type": "payment"}
        return http.notice_of(event, lambda each: {"payment": str(each["payment"])})

    def locate(self, about: Mapping[str, str]) -> PaymentReference:
        return PaymentReference(gateway_id=about["payment"])

    def error_in(self, document: Mapping[str, Any]) -> str:
        return str(document.get("error", ""))

    def changed_since(self, since: datetime) -> Iterable[tuple[str, ProviderSnapshot]]:
        found = self._call("GET", f"/payments?since={quote(since.isoformat(), safe='')}")
        return [(each["id"], _truth(each)) for each in found["payments"]]

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, key: str = ""
    ) -> dict[str, Any]:
        """`http.call` keeps the log, the time limits and the errors as the shop wants them."""
        headers = {"Authorization": f"Bearer {self._secret}", "Idempotency-Key": key}
        return http.call(CODE, method, self._base + path, headers=headers, body=body)


def configured() -> AcmeGateway | None:
    """None while there are no keys: then no way to pay by it is shown."""
    base, secret = os.environ.get("ACME_API_BASE"), os.environ.get("ACME_SECRET")
    return AcmeGateway(base=base, secret=secret) if base and secret else None


def _truth(found: Mapping[str, Any]) -> ProviderSnapshot:
    return ProviderSnapshot(
        state=STATES[found["status"]],
        reference=found["reference"],
        captures=[MoneyFact(**_money(each)) for each in found["captures"]],
        refunds=[_refund(each) for each in found["refunds"]],
    )


def _refund(found: Mapping[str, Any]) -> RefundFact:
    return RefundFact(**_money(found), state=RefundState.SUCCEEDED, key=found["key"])


def _money(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reference": found["id"],
        "amount": from_minor(found["cents"], "PEN"),
        "currency": "PEN",
        "occurred_at": datetime.fromisoformat(found["at"]),
    }
