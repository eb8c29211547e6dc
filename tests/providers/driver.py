"""The four providers by one interface, so that one matrix of faults runs against each."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Literal, Protocol

from django.test import Client
from django.utils.module_loading import import_string

from payments.gateways import breaker, wire
from payments.models import Payment, PaymentMethod
from tests.payments.factories import PaymentMethodFactory
from tests.providers.server import Knock, ProviderServer

Step = Literal["start", "fetch", "refund"]

DRIVERS = {
    "stripe": "tests.providers.stripe.driver.StripeDriver",
    "paypal": "tests.providers.paypal.driver.PayPalDriver",
    "mercadopago": "tests.providers.mercadopago.driver.MercadoPagoDriver",
    "conekta": "tests.providers.conekta.driver.ConektaDriver",
}


class Driver(Protocol):
    """
    A double of a provider: its shoppers, its webhooks, and what it knows in the end.

    Its `server` is started by who uses it: see `running`. What happens at the provider is unknown
    to the shop until one of the knocks is posted to it.
    """

    gateway: str
    currency: str
    """One that the provider takes."""

    provider: Any
    """Its API."""

    server: ProviderServer
    account: Any
    """What shoppers, banks and the provider's own staff do there."""

    paths: Mapping[Step, str]
    """How the request of each step begins, as "METHOD /path", for `server.fail`."""

    is_idempotent: bool = True
    """Whether the same request made twice opens one payment."""

    def settings(self) -> Mapping[str, str]:
        """Its entry of GATEWAY_SETTINGS."""
        ...

    def pay(self, payment: Payment) -> None:
        """
        The shopper pays what was asked, at once. One that the shop has closed meanwhile is paid
        all the same: the two have crossed.
        """
        self.account.pay(payment.gateway_id)

    def pay_wrong(
        self, payment: Payment, *, amount: Decimal | None = None, currency: str | None = None
    ) -> None:
        """Money comes that is not what was asked."""
        ...

    def decline(self, payment: Payment) -> None:
        """The shopper's bank says no. Some providers let the shopper try again on their page."""
        self.account.decline(payment.gateway_id)

    def refund_there(self, payment: Payment, amount: Decimal) -> None:
        """The shop's staff give money back in the provider's own panel."""
        ...

    def forget_keys(self) -> None:
        """What a provider does with idempotency keys after a while."""

    def stranger(self) -> Knock:
        """A true webhook about a payment that this shop has never opened."""
        ...

    def forge(self, knock: Knock) -> Knock:
        """The same message as somebody else would sign it."""
        ...

    def objects(self) -> int:
        """How many payments have been opened at the provider."""
        ...

    def paid_total(self) -> Decimal:
        """What shoppers have paid, before refunds."""
        ...

    def refunded_total(self) -> Decimal: ...

    def method(self, **fields: Any) -> PaymentMethod:
        """A way to pay in the shop that leads to this provider."""
        return PaymentMethodFactory.create(
            **{"code": self.gateway, "gateway": self.gateway} | fields
        )

    def knocks(self) -> list[Knock]:
        """The webhooks that wait, the oldest first, signed now. They wait no longer."""
        provider = self.server.provider
        waiting = [provider.knock(event) for event in provider.events]
        provider.events.clear()
        return waiting

    def post(self, knock: Knock) -> Any:
        """Bring the shop a webhook; gives what it answers."""
        headers = dict(knock.headers)
        kind = headers.pop("Content-Type", "application/json")
        url = f"/webhooks/{self.gateway}/?{knock.query}"
        client = Client(raise_request_exception=False)
        return client.post(url, knock.body, content_type=kind, headers=headers)


@contextmanager
def running(name: str, settings: Any, **account: str) -> Iterator[Driver]:
    """The provider of that name, running; the shop is set up for it, its circuit breaker closed."""
    driver: Driver = import_string(DRIVERS[name])(**account)
    breaker.forget()
    # One that had this address may still answer on the connections that are kept.
    wire._local.__dict__.clear()
    with driver.server:
        settings.GATEWAY_SETTINGS = settings.GATEWAY_SETTINGS | {name: driver.settings()}
        yield driver
    breaker.forget()
