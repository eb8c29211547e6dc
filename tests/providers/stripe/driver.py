"""Stripe for the matrix of faults."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from payments.gateways.amounts import from_minor, to_minor
from payments.models import Payment
from tests.providers.driver import Driver
from tests.providers.server import Knock, ProviderServer
from tests.providers.stripe.api import Stripe, sign

SECRET_KEY = "sk_test_of_this_shop"
WEBHOOK_SECRET = "whsec_of_this_shop"


class StripeDriver(Driver):
    gateway = "stripe"
    currency = "PEN"
    paths = {
        "start": "POST /v1/checkout/sessions",
        "fetch": "GET /v1/checkout/sessions/",
        "refund": "POST /v1/refunds",
    }

    def __init__(self) -> None:
        self.provider = Stripe(secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET)
        self.account = self.provider.account
        self.server = ProviderServer(self.provider)

    def settings(self) -> Mapping[str, str]:
        keys = {"SECRET_KEY": SECRET_KEY, "WEBHOOK_SECRET": WEBHOOK_SECRET}
        return {**keys, "API_BASE": self.server.url}

    def pay_wrong(
        self, payment: Payment, *, amount: Decimal | None = None, currency: str | None = None
    ) -> None:
        changes: dict[str, Any] = {}
        if amount is not None:
            changes["amount"] = to_minor(amount, currency or payment.currency)
        if currency is not None:
            changes["currency"] = currency.lower()
        self.account.pay(payment.gateway_id, **changes)

    def refund_there(self, payment: Payment, amount: Decimal) -> None:
        self.account.refund_in_dashboard(payment.gateway_id, to_minor(amount, self.currency))

    def forget_keys(self) -> None:
        self.provider._answered.clear()

    def stranger(self) -> Knock:
        """Somebody paid by another shop's page of the same account."""
        price = {"currency": "pen", "unit_amount": "500"}
        session = self.account.open_session(
            {
                "mode": "payment",
                "success_url": "http://elsewhere.test/",
                "line_items": [{"quantity": "1", "price_data": price}],
                "adaptive_pricing": {"enabled": "false"},
            }
        )
        self.account.pay(session["id"])
        return self.knocks()[-1]

    def forge(self, knock: Knock) -> Knock:
        at = knock.headers["Stripe-Signature"].partition(",")[0].removeprefix("t=")
        forged = sign(knock.body, "whsec_of_somebody_else", int(at))
        return Knock(knock.body, {**knock.headers, "Stripe-Signature": forged}, knock.query)

    def objects(self) -> int:
        return len(self.account.sessions)

    def paid_total(self) -> Decimal:
        return self._sum(each["amount_captured"] for each in self.account.charges.values())

    def refunded_total(self) -> Decimal:
        return self._sum(each["amount_refunded"] for each in self.account.charges.values())

    def _sum(self, units: Any) -> Decimal:
        return from_minor(sum(units), self.currency)
