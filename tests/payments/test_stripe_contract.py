"""What is said between the shop and Stripe, before independent judges; and the judges."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from payments import gateways
from payments.gateways.base import (
    CaptureRequest,
    GatewayRefused,
    PaymentUnknown,
    RefundRequest,
)
from tests.payments.steps import START
from tests.providers.server import Exchange
from tests.providers.stripe import judge
from tests.providers.stripe.api import Stripe
from tests.providers.stripe.driver import StripeDriver

CREATE = "/v1/checkout/sessions"
FORM = {
    "mode": "payment",
    "success_url": "https://shop.example.com/",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "pen",
    "line_items[0][price_data][unit_amount]": "1990",
    "line_items[0][price_data][product_data][name]": "PED-20261121-0001",
    "payment_intent_data[metadata][order]": "PED-20261121-0001",
    "adaptive_pricing[enabled]": "false",
}


@pytest.fixture
def exchanges(stripe: StripeDriver) -> list[Exchange]:
    """A whole life: declined, paid, given back, disputed and won, listed; others lapse and end."""
    gateway, account = gateways.get("stripe"), stripe.account
    one, two, three, four = (
        gateway.start(replace(START, key=f"payment-{n}")).gateway_id for n in range(4)
    )
    account.decline(one)
    gateway.fetch(one)
    account.pay(one)
    charge = gateway.fetch(one).captures[0].reference
    refund = RefundRequest(
        key="refund-1", gateway_id=one, amount=Decimal(5), currency="PEN", capture=charge
    )
    gateway.refund(refund)
    with pytest.raises(GatewayRefused):
        gateway.refund(replace(refund, key="refund-2", amount=Decimal(99)))
    dispute = account.dispute(one)
    gateway.fetch(one)
    account.close_dispute(dispute["id"], "won")
    account.pay_later(two)
    gateway.fetch(two)
    account.lapse(two)
    account._intent_data[three] = {"capture_method": "manual"}
    account.pay(three)
    gateway.capture(
        CaptureRequest(key="cap-1", gateway_id=three, amount=Decimal("19.90"), currency="PEN")
    )
    gateway.expire(four)
    gateway.locate({"payment_intent": account.sessions[one]["payment_intent"]})
    list(gateway.changed_since(timezone.now() - timedelta(hours=1)))
    with pytest.raises(PaymentUnknown):
        gateway.fetch("cs_test_nothing")
    return stripe.server.exchanges


@pytest.mark.django_db
def test_every_request_and_every_answer_is_as_stripe_says(exchanges):
    assert judge.faults_of(exchanges) == []

    told = {(each.request.method, each.answer.status) for each in exchanges}
    assert told == {("POST", 200), ("POST", 400), ("GET", 200), ("GET", 404)}


@pytest.mark.django_db
def test_every_event_carries_a_document_as_stripe_writes_it(exchanges, stripe):
    found = {each["type"]: judge.document_faults(each) for each in stripe.account.history}

    assert {kind: faults for kind, faults in found.items() if faults} == {}
    assert len(found) == 12


@pytest.fixture
def documents() -> dict[str, dict[str, Any]]:
    """One of each kind, the newest."""
    account = Stripe(secret_key="k", webhook_secret="s").account
    session = account.open_session(judge.read_form(urlencode(FORM)))
    account.pay(session["id"])
    account.refund_in_dashboard(session["id"], 500)
    account.dispute(session["id"])
    return {each["data"]["object"]["object"]: each["data"]["object"] for each in account.history}


def test_what_is_right_is_not_refused(documents):
    form = urlencode(FORM)

    assert judge.by_types("POST", CREATE, form) == judge.by_description(CREATE, form) == []
    assert [fault for each in documents.values() for fault in judge.document_faults(each)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"line_items[0][price_data][unit_amount]": "19.90"},
        {"line_items[0][price_data][unit_ammount]": "1990"},
        {"sucess_url": "https://shop.example.com/"},
        {"payment_intent_data[metdata][order]": "1"},
        {"adaptive_pricing[enabled]": "perhaps"},
        {"line_items": "1"},
    ],
)
def test_the_types_refuse_what_is_misspelt_or_of_another_kind(change):
    form = FORM | change

    assert judge.by_types("POST", CREATE, urlencode(form))


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "paiment"},
        {"locale": "quechua"},
        {"line_items[0][price_data][unit_amount]": "19.90"},
        {"expires_at": "tomorrow"},
        {"colour": "red"},
    ],
)
def test_the_description_refuses_unknown_words_and_wrong_numbers(change):
    form = FORM | change

    assert judge.by_description(CREATE, urlencode(form))


def test_a_session_without_an_address_to_come_back_to_is_refused():
    form = {name: value for name, value in FORM.items() if name != "success_url"}

    assert judge.by_description(CREATE, urlencode(form))


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("checkout.session", {"status": "finished"}),
        ("checkout.session", {"amount_total": "1990"}),
        ("checkout.session", {"livemode": None}),
        ("payment_intent", {"status": "paid"}),
        ("charge", {"amount_captured": 19.9}),
        ("refund", {"metadata": []}),
        ("dispute", {"reason": 7}),
    ],
)
def test_answers_that_stripe_would_not_give_are_refused(documents, kind, change):
    assert judge.document_faults(documents[kind] | change)


def test_an_answer_that_lacks_a_field_of_today_is_refused(documents):
    session = documents["checkout.session"]
    del session["adaptive_pricing"]

    assert judge.document_faults(session)


def test_a_request_that_does_not_exist_is_refused():
    assert judge.by_types("POST", "/v1/checkout/session", "")
    assert judge.by_description("/v1/checkout/session", "")
