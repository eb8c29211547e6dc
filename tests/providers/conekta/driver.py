"""Conekta for the matrix of faults."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from payments.gateways.amounts import from_minor, to_minor
from payments.models import Payment
from tests.providers.conekta.api import Conekta, new_signing_key, public_pem, sign
from tests.providers.driver import Driver
from tests.providers.server import Knock, ProviderServer

PRIVATE_KEY = "key_of_this_shop_1234567890"


@lru_cache
def signing_key(owner: str = "this shop") -> RSAPrivateKey:
    """It takes a while to make one."""
    return new_signing_key()


class ConektaDriver(Driver):
    gateway = "conekta"
    currency = "MXN"
    is_idempotent = False
    paths = {
        "start": "POST /orders",
        "fetch": "GET /orders/",
        "refund": "POST /orders/ord_",
    }

    def __init__(self) -> None:
        self.provider = Conekta(private_key=PRIVATE_KEY, signing_key=signing_key())
        self.account = self.provider.account
        self.server = ProviderServer(self.provider)

    def settings(self) -> Mapping[str, str]:
        return {
            "PRIVATE_KEY": PRIVATE_KEY,
            "WEBHOOK_PUBLIC_KEY": public_pem(signing_key()),
            "MODE": "",
            "API_BASE": self.server.url,
        }

    def pay_wrong(
        self, payment: Payment, *, amount: Decimal | None = None, currency: str | None = None
    ) -> None:
        changes: dict[str, Any] = {}
        if amount is not None:
            changes["amount"] = to_minor(amount, currency or payment.currency)
        if currency is not None:
            changes["currency"] = currency
        self.account.pay(payment.gateway_id, **changes)

    def refund_there(self, payment: Payment, amount: Decimal) -> None:
        self.account.refund_in_dashboard(payment.gateway_id, to_minor(amount, self.currency))

    def stranger(self) -> Knock:
        """Somebody paid by a page that another shop of the same company has opened."""
        waiting = list(self.account.events)
        item = {"name": "Elsewhere", "unit_price": 500, "quantity": 1}
        order = self.account.open_order(
            {
                "currency": self.currency,
                "customer_info": {"name": "Ana", "email": "a@b.mx", "phone": "5555555555"},
                "line_items": [item],
                "checkout": {
                    "type": "HostedPayment",
                    "allowed_payment_methods": ["card"],
                    "success_url": "http://elsewhere.test/",
                    "failure_url": "http://elsewhere.test/",
                },
            }
        )
        self.account.pay(order["id"])
        knock = self.knocks()[-1]
        self.account.events.extend(waiting)
        return knock

    def forge(self, knock: Knock) -> Knock:
        forged = sign(knock.body, signing_key("somebody else"))
        return Knock(knock.body, {**knock.headers, "DIGEST": forged}, knock.query)

    def objects(self) -> int:
        return len(self.account.orders)

    def paid_total(self) -> Decimal:
        return from_minor(self.account.paid_total(), self.currency)

    def refunded_total(self) -> Decimal:
        return from_minor(self.account.refunded_total(), self.currency)
