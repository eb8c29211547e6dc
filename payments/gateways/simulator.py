"""The demo's provider: a program of its own that behaves like a real one, with play money."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings

from payments.gateways import http
from payments.gateways.amounts import from_minor, from_seconds, to_minor
from payments.gateways.base import (
    CaptureRequest,
    DisputeFact,
    MoneyFact,
    PaymentReference,
    ProviderSnapshot,
    RefundFact,
    RefundRequest,
    Started,
    StartRequest,
    WebhookNotice,
    told,
)
from payments.gateways.signatures import verify
from payments.states import DisputeState, PaymentState, RefundState

STATES = {
    "open": PaymentState.OPEN,
    "processing": PaymentState.PROCESSING,
    "paid": PaymentState.CAPTURED,
    "failed": PaymentState.FAILED,
    "expired": PaymentState.EXPIRED,
}
REFUND_STATES = {
    "pending": RefundState.PENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
}


class SimulatorGateway:
    is_offline = False

    def __init__(self, base: str, secret: str) -> None:
        self._base = base.rstrip("/")
        self._secret = secret

    def accepts(self, currency: str) -> bool:
        return True

    def start(self, request: StartRequest) -> Started:
        body = {
            "reference": request.reference,
            "order": request.order_number,
            "amount": to_minor(request.amount, request.currency),
            "currency": request.currency,
            "return_url": request.return_url,
            "language": request.language,
            "expires_at": request.expires_at.isoformat() if request.expires_at else None,
        }
        found = self._call("POST", "/v1/payments", body, key=request.key)
        return Started(gateway_id=found["id"], redirect_url=found["url"])

    def fetch(self, gateway_id: str) -> ProviderSnapshot:
        return _truth(self._call("GET", f"/v1/payments/{quote(gateway_id, safe='')}"))

    def capture(self, request: CaptureRequest) -> ProviderSnapshot:
        return self.fetch(request.gateway_id)

    def expire(self, gateway_id: str) -> None:
        self._call("POST", f"/v1/payments/{quote(gateway_id, safe='')}/expire", {})

    def refund(self, request: RefundRequest) -> RefundFact:
        body = {"amount": to_minor(request.amount, request.currency), "reference": request.key}
        path = f"/v1/payments/{quote(request.gateway_id, safe='')}/refunds"
        return _refund(self._call("POST", path, body, key=request.key), request.currency)

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]
    ) -> WebhookNotice:
        verify(body, headers.get("Simulator-Signature", ""), self._secret)
        event = http.event_of(body)
        return http.notice_of(event, lambda each: {"payment": str(each["payment"])})

    def locate(self, about: Mapping[str, str]) -> PaymentReference:
        return PaymentReference(gateway_id=about["payment"])

    def error_in(self, document: Mapping[str, Any]) -> str:
        code = document.get("error") or document.get("error_code")
        return told(code, document.get("error_message"))

    def changed_since(self, since: datetime) -> Iterable[tuple[str, ProviderSnapshot]]:
        found = self._call("GET", f"/v1/payments?since={quote(since.isoformat(), safe='')}")
        return [(each["id"], _truth(each)) for each in found["payments"]]

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, key: str = ""
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._secret}"}
        if key:
            headers["Idempotency-Key"] = key
        return http.call("simulator", method, self._base + path, headers=headers, body=body)


def is_allowed() -> bool:
    """Play money is offered only in a demo or during development, never beside real money."""
    return bool(settings.DEMO or settings.DEBUG)


def configured() -> SimulatorGateway | None:
    """The gateway, where it is allowed and somebody has started the simulator."""
    if not (is_allowed() and settings.SIMULATOR_API_BASE and settings.SIMULATOR_SECRET):
        return None
    return SimulatorGateway(settings.SIMULATOR_API_BASE, settings.SIMULATOR_SECRET)


def _truth(found: Mapping[str, Any]) -> ProviderSnapshot:
    currency = found["currency"]
    return ProviderSnapshot(
        state=STATES[found["status"]],
        reference=found["reference"],
        captures=[_money(each, currency) for each in found["captures"]],
        refunds=[_refund(each, currency) for each in found["refunds"]],
        disputes=[_dispute(each, currency) for each in found.get("disputes", [])],
        error_code=found.get("error_code") or "",
        error_message=found.get("error_message") or "",
        card_brand="simulated" if found["captures"] else "",
        card_last4="4242" if found["captures"] else "",
    )


def _refund(found: Mapping[str, Any], currency: str) -> RefundFact:
    return RefundFact(
        **vars(_money(found, currency)),
        state=REFUND_STATES[found["status"]],
        key=found.get("reference") or "",
        error=found.get("error") or "",
    )


def _dispute(found: Mapping[str, Any], currency: str) -> DisputeFact:
    """The bank takes the money as it opens the case, and gives it back to a shop that was right."""
    moved = _money(found, currency)
    state = DisputeState(found["status"])
    return DisputeFact(
        **vars(moved),
        state=state,
        reason=found["reason"],
        respond_by=from_seconds(found["respond_by"]),
        withdrawn=moved,
        reinstated=moved if state == DisputeState.WON else None,
    )


def _money(found: Mapping[str, Any], currency: str) -> MoneyFact:
    code = found.get("currency") or currency
    return MoneyFact(
        reference=found["id"],
        amount=from_minor(found["amount"], code),
        currency=code,
        occurred_at=from_seconds(found["at"]),
    )
