"""What happens between the shop and PayPal, each step once; the tests tell stories with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

from constance.test import override_config
from django.utils import timezone

from orders.models import Order
from orders.states import OrderStatus, PaymentStatus
from payments import tasks
from payments.gateways.base import CaptureRequest
from payments.models import Payment
from payments.services.settle import settle
from payments.services.start import start_attempt
from payments.states import PaymentState
from tests.payments.factories import RETURN_URL, held_order
from tests.providers.driver import running
from tests.providers.paypal.driver import PayPalDriver

QUOTE = "USD 26.67"
PAID = (PaymentState.CAPTURED, OrderStatus.CONFIRMED, PaymentStatus.PAID)
UNPAID = (PaymentState.OPEN, OrderStatus.PENDING, PaymentStatus.UNPAID)


@contextmanager
def selling(settings: Any) -> Iterator[PayPalDriver]:
    """A shop that reckons in soles, which PayPal does not take."""
    with running("paypal", settings) as driver, override_config(EXCHANGE_RATES="USD 3.75"):
        assert isinstance(driver, PayPalDriver)
        yield driver


def begin(driver: PayPalDriver, order: Order | None = None, **fields: Any) -> Payment:
    order = order or held_order()
    method = driver.method(**fields)
    return start_attempt(order.pk, method.code, return_url=RETURN_URL, agreed=QUOTE)


def paid(driver: PayPalDriver) -> Payment:
    payment = begin(driver)
    driver.pay(payment)
    return settle(payment.pk)


def ring(driver: PayPalDriver) -> list[int]:
    """Post all that waits and let the worker do its part."""
    answers = [driver.post(knock).status_code for knock in driver.knocks()]
    tasks.process_webhooks()
    return answers


def run_out(payment: Payment) -> None:
    Order.objects.filter(pk=payment.order_id).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )


def state_of(payment: Payment) -> tuple[str, str, str]:
    payment = Payment.objects.select_related("order").get(pk=payment.pk)
    return payment.state, payment.order.status, payment.order.payment_status


def capture_of(payment: Payment) -> CaptureRequest:
    return CaptureRequest(
        key=f"cap-{payment.pk}",
        gateway_id=payment.gateway_id,
        amount=Decimal("26.67"),
        currency="USD",
    )
