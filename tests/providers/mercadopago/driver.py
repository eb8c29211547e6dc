"""Mercado Pago: a preference takes any number of payments, each with an id of its own."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

from payments.models import Payment
from tests.providers.driver import Driver
from tests.providers.mercadopago.api import MercadoPago, sign
from tests.providers.server import Knock, ProviderServer

TOKEN = "APP_USR-1234567890123456-112100-0123456789abcdef0123456789abcdef-123456789"
SECRET = "a secret between the shop and Mercado Pago"


class MercadoPagoDriver(Driver):
    gateway = "mercadopago"
    currency = "PEN"
    paths = {
        "start": "POST /checkout/preferences",
        "fetch": "GET /checkout/preferences/",
        "refund": "POST /v1/payments/",
    }

    def __init__(self, *, country: str = "PE", token: str = TOKEN) -> None:
        self.provider = MercadoPago(token=token, secret=SECRET, country=country)
        self.account = self.provider.account
        self.server = ProviderServer(self.provider)
        self.currency = self.account.site.currency
        self._country = country
        self._token = token

    def settings(self) -> Mapping[str, str]:
        return {
            "ACCESS_TOKEN": self._token,
            "WEBHOOK_SECRET": SECRET,
            "COUNTRY": self._country,
            "API_BASE": self.server.url,
        }

    def pay_wrong(
        self, payment: Payment, *, amount: Decimal | None = None, currency: str | None = None
    ) -> None:
        changes: dict[str, Any] = {}
        if amount is not None:
            changes["transaction_amount"] = float(amount)
        if currency:
            changes["currency_id"] = currency
        self.account.pay(payment.gateway_id, **changes)

    def refund_there(self, payment: Payment, amount: Decimal) -> None:
        [paid] = [each for each in self.account.payments.values() if each["status"] == "approved"]
        self.account.refund_in_dashboard(paid["id"], amount)

    def forget_keys(self) -> None:
        self.provider.forget_keys()

    def stranger(self) -> Knock:
        item = {"id": "x", "title": "x", "quantity": 1, "unit_price": 5}
        preference = self.account.create_preference(
            {"items": [item], "external_reference": "TXN-of-another-shop"}
        )
        waiting = list(self.account.events)
        self.account.events.clear()
        self.account.pay(preference["id"])
        knock = self.knocks()[-1]
        self.account.events.extend(waiting)
        return knock

    def forge(self, knock: Knock) -> Knock:
        data_id = parse_qs(knock.query)["data.id"][0]
        request_id = knock.headers["X-Request-Id"]
        sent_at = knock.headers["X-Signature"].partition(",")[0].removeprefix("ts=")
        forged = sign(data_id, request_id, sent_at, "another secret")
        return replace(knock, headers={**knock.headers, "X-Signature": forged})

    def objects(self) -> int:
        return len(self.account.preferences)

    def paid_total(self) -> Decimal:
        return self.account.paid_total()

    def refunded_total(self) -> Decimal:
        return self.account.refunded_total()
