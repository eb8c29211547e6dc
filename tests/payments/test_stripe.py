"""Paying by Stripe with its own library, over HTTP, while answers and events go astray."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone

from core.observability.redaction import hidden
from orders.states import OrderStatus, PaymentStatus
from payments import gateways, tasks
from payments.exceptions import PaymentRefused, ProviderUnavailable
from payments.gateways import wire
from payments.gateways.base import CaptureRequest, GatewayRefused, PaymentUnknown, StartRequest
from payments.models import GatewayLogSpool, LedgerEntry, Payment
from payments.selectors import methods_for
from payments.services.expire import expire_order
from payments.services.settle import settle
from payments.services.start import start_attempt
from payments.states import PaymentState
from tests.concurrency import at_once
from tests.payments.factories import RETURN_URL, held_order, return_path, stocked_variant
from tests.payments.stripe_steps import PAID, begin, paid, ring, state_of
from tests.providers.driver import running
from tests.providers.server import Fault, Knock
from tests.providers.stripe.driver import SECRET_KEY, StripeDriver

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe(settings: Any) -> Iterator[StripeDriver]:
    with running("stripe", settings) as driver:
        assert isinstance(driver, StripeDriver)
        yield driver


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


def test_who_comes_back_before_the_webhook_has_paid_once(stripe):
    payment = begin(stripe)
    stripe.pay(payment)

    Client().get(f"{return_path(payment.order)}&sid=cs_test_of_somebody_else")
    ring(stripe)

    assert state_of(payment) == PAID
    assert LedgerEntry.objects.count() == 1


def test_an_answer_that_is_lost_opens_no_second_session(stripe):
    order = held_order()
    method = stripe.method().code
    stripe.server.fail(stripe.path_of("start"), Fault.CUT, Fault.GARBAGE, Fault.BROKEN)
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            start_attempt(order.pk, method, return_url=RETURN_URL)

    payment = start_attempt(order.pk, method, return_url=RETURN_URL)

    assert stripe.objects() == 1
    assert payment.gateway_id in stripe.account.sessions


def test_what_was_written_down_and_never_asked_is_opened_by_the_clock(stripe):
    order = held_order()
    stripe.server.fail(stripe.path_of("start"), Fault.REFUSED)
    with pytest.raises(ProviderUnavailable):
        start_attempt(order.pk, stripe.method().code, return_url=RETURN_URL)
    payment = Payment.objects.get()
    assert (payment.state, stripe.objects()) == (PaymentState.CREATING, 0)

    tasks.ask(payment.pk)

    payment.refresh_from_db()
    assert (payment.state, stripe.objects()) == (PaymentState.OPEN, 1)


def test_a_provider_that_hangs_is_not_waited_for(stripe, monkeypatch):
    order = held_order()
    method = stripe.method().code
    monkeypatch.setattr(wire, "TIMEOUT", (1.0, 0.2))
    stripe.server.slowness = 0.6
    with pytest.raises(ProviderUnavailable):
        start_attempt(order.pk, method, return_url=RETURN_URL)
    stripe.server.slowness = 0.0

    payment = start_attempt(order.pk, method, return_url=RETURN_URL)

    assert payment.state == PaymentState.OPEN
    assert stripe.objects() == 1


@pytest.mark.parametrize(
    ("currency", "amount", "units"), [("PEN", "19.90", 1990), ("CLP", "19990", 19990)]
)
def test_amounts_come_back_as_they_went(stripe, currency, amount, units):
    gateway = gateways.get("stripe")
    request = StartRequest(
        key="payment-1",
        reference="TXN-20261121-001",
        order_number="PED-20261121-0001",
        amount=Decimal(amount),
        currency=currency,
        return_url=RETURN_URL,
        language="es",
        expires_at=None,
    )

    started = gateway.start(request)
    stripe.account.pay(started.gateway_id)
    [fact] = gateway.fetch(started.gateway_id).captures

    assert stripe.account.sessions[started.gateway_id]["amount_total"] == units
    assert (fact.amount, fact.currency, started.amount) == (Decimal(amount), currency, fact.amount)


def test_currencies_that_stripe_counts_in_its_own_way_are_not_offered(stripe):
    gateway = gateways.get("stripe")

    taken = [code for code in ("PEN", "CLP", "USD", "KWD", "MGA", "ISK") if gateway.accepts(code)]

    assert taken == ["PEN", "CLP", "USD"]


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_open_one_session(stripe):
    order = held_order()
    method = stripe.method().code

    def click() -> str:
        try:
            return start_attempt(order.pk, method, return_url=RETURN_URL).redirect_url
        except ProviderUnavailable:
            return ""  # four at once may wait for a provider

    urls = set(at_once(click, times=10)) - {""}

    assert stripe.objects() == len(urls) == 1


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.BUSY, Fault.CONFLICT, Fault.CUT])
def test_a_provider_that_cannot_be_asked_changes_nothing_and_is_asked_again(stripe, fault):
    payment = begin(stripe)
    stripe.pay(payment)
    stripe.server.fail(stripe.path_of("fetch"), fault)

    with pytest.raises(ProviderUnavailable):
        settle(payment.pk)
    assert state_of(payment)[0] == PaymentState.OPEN
    settle(payment.pk)

    assert state_of(payment) == PAID


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


def test_a_declined_card_leaves_the_page_open_for_another(stripe):
    payment = begin(stripe)
    stripe.decline(payment)
    ring(stripe)
    payment.refresh_from_db()
    assert (payment.state, payment.error_code) == (PaymentState.OPEN, "generic_decline")

    stripe.pay(payment)
    ring(stripe)

    payment.refresh_from_db()
    assert state_of(payment) == PAID
    assert stripe.paid_total() == Decimal(100)


@pytest.mark.parametrize(
    "wrong",
    [{"amount": Decimal("99.99")}, {"currency": "USD"}, {"amount": Decimal("100.01")}],
)
def test_money_that_is_not_what_was_asked_pays_nothing(stripe, wrong):
    payment = begin(stripe)
    stripe.pay_wrong(payment, **wrong)

    ring(stripe)

    assert state_of(payment) == (
        PaymentState.REVIEW,
        OrderStatus.PENDING,
        PaymentStatus.REVIEW,
    )
    assert LedgerEntry.objects.get().is_accepted is False


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
    order = payment.order
    order.expires_at = timezone.now() - timedelta(seconds=1)
    order.save(update_fields=["expires_at"])

    assert expire_order(order.pk)

    assert stripe.account.sessions[payment.gateway_id]["status"] == "expired"
    assert state_of(payment)[:2] == (PaymentState.EXPIRED, OrderStatus.EXPIRED)


def test_money_that_crosses_with_our_closing_pays_all_the_same(stripe):
    payment = begin(stripe)
    stripe.pay(payment)
    order = payment.order
    order.expires_at = timezone.now() - timedelta(seconds=1)
    order.save(update_fields=["expires_at"])

    assert expire_order(order.pk) is False

    assert state_of(payment) == PAID


@pytest.mark.parametrize(("units", "refunded"), [(2, 0), (1, 100)])
def test_late_money_pays_if_the_units_can_be_had_and_goes_back_if_not(stripe, units, refunded):
    variant = stocked_variant(units)
    order = held_order(variant)
    payment = start_attempt(order.pk, stripe.method().code, return_url=RETURN_URL)
    order.expires_at = timezone.now() - timedelta(seconds=1)
    order.save(update_fields=["expires_at"])
    expire_order(order.pk)
    held_order(variant)

    stripe.pay(payment)
    ring(stripe)
    tasks.submit_refunds()

    assert stripe.refunded_total() == Decimal(refunded)
    assert state_of(payment)[2] == (PaymentStatus.REFUNDED if refunded else PaymentStatus.PAID)


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


def test_a_key_that_stripe_refuses_is_nowhere_to_be_read(stripe, settings, caplog):
    wrong = {**stripe.settings(), "SECRET_KEY": "sk_test_that_nobody_knows"}
    settings.GATEWAY_SETTINGS = settings.GATEWAY_SETTINGS | {"stripe": wrong}

    with pytest.raises(PaymentRefused) as refused:
        begin(stripe)

    told = f"{refused.value} {caplog.text} {list(GatewayLogSpool.objects.values('entry'))}"
    assert "nobody_knows" not in told
    assert isinstance(refused.value.__cause__, GatewayRefused)
    assert "sk_test" not in str(refused.value.__cause__)


def test_the_log_has_no_key_and_no_address(stripe):
    payment = paid(stripe)

    told = str(list(GatewayLogSpool.objects.values("entry")))

    # By chance it has digits in it that could be a card's.
    assert hidden(payment.gateway_id) in told
    assert SECRET_KEY not in told
    assert payment.order.email not in told


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET is missing."),
        ({"SECRET_KEY": "pk_test_0123456789"}, "STRIPE_SECRET_KEY does not look like one."),
    ],
)
def test_half_a_configuration_hides_the_method_and_is_named(stripe, settings, changes, sentence):
    stripe.method()
    assert [each.code for each in methods_for(amount=Decimal(10), currency="PEN")] == ["stripe"]
    broken = {**stripe.settings(), **changes}
    settings.GATEWAY_SETTINGS = settings.GATEWAY_SETTINGS | {"stripe": broken}

    told = [each.msg for each in run_checks(include_deployment_checks=True)]

    assert methods_for(amount=Decimal(10), currency="PEN") == []
    assert sentence in told
    assert stripe.post(Knock(b"{}", {"Stripe-Signature": "t=1,v1=a"})).status_code == 400
