"""PayPal for the matrix of faults: money moves when the shop takes it, not when it is approved."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from payments.gateways import paypal as gateway
from payments.models import Payment
from tests.providers.driver import Driver
from tests.providers.paypal.api import PayPal
from tests.providers.paypal.certificates import issue
from tests.providers.server import Knock, ProviderServer

CLIENT_ID = "AeA1QIZXiflr1_-of-this-shop"
CLIENT_SECRET = "ELa5vN-of-this-shop-and-of-PayPal"
WEBHOOK_ID = "1JE4291016473214C"


class PayPalDriver(Driver):
    gateway = "paypal"
    currency = "USD"
    paths = {
        "start": "POST /v2/checkout/orders",
        "fetch": "GET /v2/checkout/orders/",
        "refund": "POST /v2/payments/captures/",
    }

    def __init__(self) -> None:
        self.provider = PayPal(
            client_id=CLIENT_ID, client_secret=CLIENT_SECRET, webhook_id=WEBHOOK_ID
        )
        self.account = self.provider.account
        self.server = ProviderServer(self.provider)
        # Of another one that had this address the shop would still have the token.
        gateway._api.forget()

    def settings(self) -> Mapping[str, str]:
        return {
            "CLIENT_ID": CLIENT_ID,
            "CLIENT_SECRET": CLIENT_SECRET,
            "WEBHOOK_ID": WEBHOOK_ID,
            "API_BASE": self.server.url,
        }

    def pay(self, payment: Payment) -> None:
        """Of one that the shop has closed, its request to take the money had been under way."""
        self.account.orders[payment.gateway_id].pop("_outcome", None)
        if Payment.objects.live().filter(pk=payment.pk).exists():
            self.account.approve(payment.gateway_id)
        else:
            self.account.pay(payment.gateway_id)

    def pay_wrong(
        self, payment: Payment, *, amount: Decimal | None = None, currency: str | None = None
    ) -> None:
        value = "" if amount is None else f"{amount:.2f}"
        self.account.pay(payment.gateway_id, value=value, currency=currency or "")

    def decline(self, payment: Payment) -> None:
        """Known only when the shop takes what the shopper has approved."""
        self.account.orders[payment.gateway_id]["_outcome"] = "INSTRUMENT_DECLINED"
        self.account.approve(payment.gateway_id)

    def refund_there(self, payment: Payment, amount: Decimal) -> None:
        self.account.refund_in_dashboard(payment.gateway_id, f"{amount:.2f}")

    def forget_keys(self) -> None:
        self.provider.forget_keys()

    def stranger(self) -> Knock:
        """Somebody paid in another shop of the same account."""
        amount = {"currency_code": "USD", "value": "5.00"}
        unit = {"amount": amount, "custom_id": "TXN-of-another-shop"}
        order = self.account.open_order({"intent": "CAPTURE", "purchase_units": [unit]})
        waiting = list(self.account.events)
        self.account.events.clear()
        self.account.pay(order["id"])
        knock = self.knocks()[-1]
        self.account.events.extend(waiting)
        return knock

    def forge(self, knock: Knock) -> Knock:
        """By somebody who has a certificate of the right name, but not PayPal's key."""
        forged = issue(by="Another Root CA").sign(knock.body)
        return replace(knock, headers={**knock.headers, "Paypal-Transmission-Sig": forged})

    def objects(self) -> int:
        return len(self.account.orders)

    def paid_total(self) -> Decimal:
        moved = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")
        captures = self.account.captures.values()
        amounts = [Decimal(each["amount"]["value"]) for each in captures if each["status"] in moved]
        return sum(amounts, Decimal(0))

    def refunded_total(self) -> Decimal:
        return sum((self.account.refunded_of(key) for key in self.account.captures), Decimal(0))
