"""A payment that was declined: the log names the exact reason, the shopper is told what to do."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from payments.gateway_log import store
from payments.gateways.base import error_in
from payments.models import GatewayLogSpool, Payment
from payments.services.settle import settle
from payments.states import PaymentState
from tests.payments.factories import close_log, held_order, pay, return_path
from tests.payments.factories import ring as ring_simulator
from tests.payments.steps import begin, ring
from tests.providers.driver import Driver, running

pytestmark = pytest.mark.django_db

REASONS = {
    "stripe": "generic_decline: Your card was declined.",
    "paypal": "INSTRUMENT_DECLINED: The instrument presented  was either declined by the processor"
    " or bank, or it can't be used for this payment.",
    "mercadopago": "cc_rejected_insufficient_amount: The card does not have enough funds.",
    "conekta": "insufficient_funds: La tarjeta no tiene fondos suficientes.",
}


@pytest.fixture(autouse=True)
def _log_closed(settings: Any) -> Iterator[None]:
    yield
    close_log(settings.MONGODB_URL)


@pytest.fixture(params=REASONS)
def provider(request: Any, settings: Any) -> Iterator[Driver]:
    with running(request.param, settings) as driver:
        yield driver


def listed(payment: Payment, *options: str) -> list[dict[str, Any]]:
    """What `payment_log` finds in MongoDB: nothing waits outside of it."""
    store.drain()
    assert not GatewayLogSpool.objects.exists()
    out = StringIO()
    call_command(
        *("payment_log", "--order", payment.order.number, "--format", "json", *options),
        stdout=out,
        stderr=StringIO(),
    )
    rows: list[dict[str, Any]] = json.loads(out.getvalue())
    return rows


def come_back(payment: Payment) -> str:
    """What the shopper reads who comes back from the payment page."""
    return Client().get(return_path(payment.order), follow=True).text


def test_the_log_names_code_and_message(provider: Driver, mongo: Any) -> None:
    payment = begin(provider)
    provider.decline(payment)
    ring(provider)

    errors = {row["error"] for row in listed(payment, "--errors")}
    everything = listed(payment)

    assert errors == {REASONS[provider.gateway]}
    assert errors < {row["error"] for row in everything}


def test_the_log_names_what_the_simulated_bank_declined(simulator: Any, mongo: Any) -> None:
    payment = pay(held_order())
    simulator.bank.decline(payment.gateway_id)
    ring_simulator(simulator)

    settle(payment.pk)

    errors = {row["error"] for row in listed(payment, "--errors")}
    assert errors == {"card_declined: El banco rechazó la tarjeta."}


def test_the_shopper_is_told_and_may_pay_again(provider: Driver) -> None:
    payment = begin(provider)
    provider.decline(payment)
    ring(provider)

    page = come_back(payment)

    payment.refresh_from_db()
    assert payment.state == PaymentState.OPEN
    assert payment.error_code == REASONS[provider.gateway].partition(":")[0]
    again = begin(provider, payment.order)
    assert (again, again.redirect_url) == (payment, payment.redirect_url)
    assert "rechazado y no se te cobró nada" in page
    assert f"/checkout/pay/{payment.order.number}/" in page


def test_money_that_has_come_since_shows_no_old_error(provider: Driver, mongo: Any) -> None:
    payment = begin(provider)
    provider.decline(payment)
    ring(provider)
    listed(payment)
    mongo.drop_collection(store.COLLECTION)

    provider.pay(payment)
    ring(provider)

    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert (payment.error_code, payment.error_message) == ("", "")
    assert listed(payment, "--errors") == []
    assert "rechaz" not in come_back(payment)


@pytest.mark.parametrize(
    "document",
    [
        *(None, [], "", 7, {}, {"object": "event"}, {"data": None}, {"results": None}),
        *({"purchase_units": []}, {"resource": "x"}, {"details": [None]}, {"charges": {"data": 1}}),
        {"object": "checkout.session", "payment_intent": "pi_1"},
    ],
)
def test_a_document_that_nobody_can_read_has_no_reason(provider: Driver, document: object) -> None:
    assert error_in(provider.gateway, document) == ""
