"""What happens between the shop and Stripe, each step once; the tests tell stories with them."""

from typing import Any

from orders.states import OrderStatus, PaymentStatus
from payments import tasks
from payments.models import Payment
from payments.services.settle import settle
from payments.services.start import start_attempt
from payments.states import PaymentState
from tests.payments.factories import RETURN_URL, held_order
from tests.providers.stripe.driver import StripeDriver

PAID = (PaymentState.CAPTURED, OrderStatus.CONFIRMED, PaymentStatus.PAID)


def begin(driver: StripeDriver, **fields: Any) -> Payment:
    order = held_order()
    return start_attempt(order.pk, driver.method(**fields).code, return_url=RETURN_URL)


def paid(driver: StripeDriver) -> Payment:
    payment = begin(driver)
    driver.pay(payment)
    return settle(payment.pk)


def ring(driver: StripeDriver) -> list[int]:
    """Post all that waits and let the worker do its part."""
    answers = [driver.post(knock).status_code for knock in driver.knocks()]
    tasks.process_webhooks()
    return answers


def state_of(payment: Payment) -> tuple[str, str, str]:
    """The states of the payment, of its order, and of the order's money."""
    payment = Payment.objects.select_related("order").get(pk=payment.pk)
    return payment.state, payment.order.status, payment.order.payment_status
