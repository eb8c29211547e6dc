"""Mercado Pago from the order to its money: the real library against the simulated provider."""

from collections.abc import Iterator
from typing import Any

import pytest

from orders.states import PaymentStatus
from payments import tasks
from payments.states import PaymentState
from tests.payments.factories import held_order, pay
from tests.payments.providers import running
from tests.payments.providers.mercadopago import MercadoPagoDriver

pytestmark = pytest.mark.django_db


@pytest.fixture
def mercadopago(settings: Any) -> Iterator[MercadoPagoDriver]:
    with running("mercadopago", settings) as driver:
        assert isinstance(driver, MercadoPagoDriver)
        yield driver


def begin(driver):
    """An order and its attempt, its page opened."""
    order = held_order()
    driver.method()
    return order, pay(order, "mercadopago", gateway="mercadopago")


def ring(driver):
    """Bring the shop every webhook that waits, and let the worker see to them."""
    answers = [driver.post(knock).status_code for knock in driver.knocks()]
    tasks.process_webhooks()
    return answers


def test_a_payment_makes_the_order_paid_by_its_webhook_alone(mercadopago):
    order, payment = begin(mercadopago)

    mercadopago.pay(payment)
    answers = ring(mercadopago)

    order.refresh_from_db()
    payment.refresh_from_db()
    assert answers == [200, 200]
    assert (payment.state, order.payment_status) == (PaymentState.CAPTURED, PaymentStatus.PAID)
