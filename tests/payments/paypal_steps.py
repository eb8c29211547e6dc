"""Steps of payments by PayPal in a shop that reckons in soles, which PayPal does not take."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from constance.test import override_config

from orders.models import Order
from payments.gateways import paypal_signatures as signatures
from payments.gateways.base import CaptureRequest
from payments.models import Payment
from payments.services.settle import settle
from tests.payments import steps
from tests.payments.factories import held_order
from tests.providers.driver import Driver, running


@contextmanager
def selling(settings: Any) -> Iterator[Driver]:
    signatures.forget()
    with running("paypal", settings) as driver, override_config(EXCHANGE_RATES="USD 3.75"):
        yield driver
    signatures.forget()


def begin(driver: Driver, order: Order | None = None) -> Payment:
    return steps.begin(driver, order or held_order(), agreed="USD 26.67")


def paid(driver: Driver) -> Payment:
    payment = begin(driver)
    driver.pay(payment)
    return settle(payment.pk)


def capture_of(payment: Payment) -> CaptureRequest:
    return CaptureRequest(
        key=f"cap-{payment.pk}",
        gateway_id=payment.gateway_id,
        amount=Decimal("26.67"),
        currency="USD",
    )
