"""Paying by Stripe with its own library, over HTTP, while answers and events go astray."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orders.states import OrderStatus, PaymentStatus
from payments import gateways
from payments.gateways.base import CaptureRequest, PaymentUnknown
from payments.models import LedgerEntry
from payments.services.expire import expire_order
from payments.services.settle import settle
from payments.states import PaymentState
from tests.payments.steps import PAID, START, begin, ring, run_out, state_of

pytestmark = pytest.mark.django_db


def test_who_pays_and_never_comes_back_has_paid(stripe):
    payment = begin(stripe)
    stripe.pay(payment)

    assert payment.redirect_url.startswith(stripe.server.url)
    assert set(ring(stripe)) == {200}

    payment.refresh_from_db()
    charge = next(iter(stripe.account.charges.values()))
    assert state_of(payment) == PAID
    assert payment.fee == Decimal("3.20")
    assert (payment.card_brand, payment.card_last4) == ("visa", "4242")
    assert payment.gateway_reference == charge["payment_intent"]
    assert LedgerEntry.objects.get().reference == charge["id"]


@pytest.mark.parametrize(
    ("currency", "amount", "units"), [("PEN", "19.90", 1990), ("CLP", "19990", 19990)]
)
def test_amounts_come_back_as_they_went(stripe, currency, amount, units):
    gateway = gateways.get("stripe")
    request = replace(START, amount=Decimal(amount), currency=currency)

    started = gateway.start(request)
    stripe.account.pay(started.gateway_id)
    [fact] = gateway.fetch(started.gateway_id).captures

    assert stripe.account.sessions[started.gateway_id]["amount_total"] == units
    assert (fact.amount, fact.currency, started.amount) == (Decimal(amount), currency, fact.amount)


def test_currencies_that_stripe_counts_in_its_own_way_are_not_offered(stripe):
    gateway = gateways.get("stripe")

    taken = [code for code in ("PEN", "CLP", "USD", "KWD", "MGA", "ISK") if gateway.accepts(code)]

    assert taken == ["PEN", "CLP", "USD"]


def test_cash_that_comes_later_holds_the_order_until_it_has_come(stripe):
    payment = begin(stripe)
    stripe.account.pay_later(payment.gateway_id)
    ring(stripe)
    assert state_of(payment) == (
        PaymentState.PROCESSING,
        OrderStatus.PENDING,
        PaymentStatus.PENDING,
    )

    stripe.account.arrive(payment.gateway_id)
    ring(stripe)

    assert state_of(payment) == PAID


def test_cash_that_never_comes_ends_the_attempt(stripe):
    payment = begin(stripe)
    stripe.account.pay_later(payment.gateway_id)
    ring(stripe)
    stripe.account.lapse(payment.gateway_id)

    ring(stripe)

    assert state_of(payment)[::2] == (PaymentState.FAILED, PaymentStatus.UNPAID)


def test_live_money_at_a_shop_under_test_is_looked_at_by_staff(stripe):
    payment = begin(stripe)
    stripe.account.pay(payment.gateway_id, livemode=True)

    settle(payment.pk)

    payment.refresh_from_db()
    assert payment.state == PaymentState.REVIEW
    assert "mode" in payment.error_message


def test_an_intent_of_another_payment_pays_nothing(stripe):
    payment = begin(stripe)
    stripe.pay(payment)
    intent = next(iter(stripe.account.intents.values()))
    intent["metadata"]["payment"] = "TXN-20260101-999"

    settle(payment.pk)

    assert state_of(payment)[0] == PaymentState.REVIEW


def test_after_our_time_is_over_the_page_is_closed_at_stripe(stripe):
    payment = begin(stripe)
    run_out(payment)

    assert expire_order(payment.order_id)

    assert stripe.account.sessions[payment.gateway_id]["status"] == "expired"
    assert state_of(payment)[:2] == (PaymentState.EXPIRED, OrderStatus.EXPIRED)


def test_money_that_waits_for_us_is_taken_once(stripe):
    payment = begin(stripe)
    data = {"capture_method": "manual", "metadata": {"payment": payment.number}}
    stripe.account._intent_data[payment.gateway_id] = data
    stripe.pay(payment)
    request = CaptureRequest(
        key="cap-1", gateway_id=payment.gateway_id, amount=payment.amount, currency="PEN"
    )

    ring(stripe)
    again = gateways.get("stripe").capture(request)

    assert state_of(payment) == PAID
    assert again.state == PaymentState.CAPTURED
    assert stripe.paid_total() == Decimal(100)


def test_a_session_that_stripe_does_not_know_is_told_apart(stripe):
    with pytest.raises(PaymentUnknown):
        gateways.get("stripe").fetch("cs_test_nothing")
    with pytest.raises(PaymentUnknown):
        gateways.get("stripe").locate({"payment_intent": "pi_nothing"})
