"""Payments that staff confirm: bank transfer, cash on delivery, cash in the shop."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from payments.gateways.base import (
    BadWebhook,
    CaptureRequest,
    GatewayRefused,
    PaymentReference,
    PaymentUnknown,
    ProviderSnapshot,
    RefundFact,
    RefundRequest,
    Started,
    StartRequest,
    WebhookNotice,
)


class ManualGateway:
    is_offline = True

    def accepts(self, currency: str) -> bool:
        return True

    def start(self, request: StartRequest) -> Started:
        return Started(gateway_id="", redirect_url="")

    def fetch(self, gateway_id: str) -> ProviderSnapshot:
        raise GatewayRefused("Nobody can be asked about a payment made by hand.")

    def capture(self, request: CaptureRequest) -> ProviderSnapshot:
        raise GatewayRefused("Staff confirm this money by hand.")

    def expire(self, gateway_id: str) -> None:
        """Nothing to close: staff see late money and decide."""

    def refund(self, request: RefundRequest) -> RefundFact:
        raise GatewayRefused("Staff send this money back by hand.")

    def read_webhook(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]
    ) -> WebhookNotice:
        raise BadWebhook("Nobody sends these.")

    def locate(self, about: Mapping[str, str]) -> PaymentReference:
        raise PaymentUnknown("Nobody tells of a payment made by hand.")

    def error_in(self, document: Mapping[str, Any]) -> str:
        return ""

    def changed_since(self, since: datetime) -> Iterable[tuple[str, ProviderSnapshot]]:
        return ()
