"""What is said between the shop and PayPal, before its own descriptions; and the judge."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

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
from tests.providers.paypal import judge
from tests.providers.paypal.api import CERTIFICATES
from tests.providers.paypal.driver import PayPalDriver
from tests.providers.server import Exchange, Fault

pytestmark = pytest.mark.django_db
REQUEST = replace(START, currency="USD")
ORDERS = "/v2/checkout/orders"
AMOUNT = {"currency_code": "USD", "value": "19.90"}


@pytest.fixture
def events(paypal: PayPalDriver) -> list[Any]:
    """A whole life: declined, taken, given back, disputed and lost; others wait or are refused."""
    gateway, account = gateways.get("paypal"), paypal.account
    one, two = _opened(1), _opened(2)
    with pytest.raises(PaymentUnknown):
        gateway.expire(two)
    _capture(one)
    account.capture_status = "INSTRUMENT_DECLINED"
    account.approve(one)
    gateway.fetch(one)
    _capture(one)
    account.capture_status = "COMPLETED"
    account.approve(one)
    _capture(one)
    _capture(one, key="cap-again")
    _give_back_and_dispute(paypal, one)
    account.capture_status = "PENDING"
    account.approve(two)
    _capture(two)
    gateway.fetch(two)
    account.settle_capture(two, "DECLINED")
    gateway.fetch(two)
    list(gateway.changed_since(timezone.now() - timedelta(hours=1)))
    with pytest.raises(PaymentUnknown):
        gateway.fetch("NOTHING")
    return list(account.events)


@pytest.fixture
def exchanges(paypal: PayPalDriver, events: list[Any]) -> list[Exchange]:
    """And one webhook about which PayPal has to be asked."""
    paypal.server.fail(f"GET {CERTIFICATES}", Fault.BROKEN)
    paypal.post(paypal.knocks()[-1])
    return paypal.server.exchanges


def _opened(number: int) -> str:
    asked = replace(REQUEST, key=f"{REQUEST.key}{number}", reference=f"TXN-20261121-00{number}")
    return gateways.get("paypal").start(asked).gateway_id


def _capture(gateway_id: str, key: str = "cap-1") -> None:
    gateways.get("paypal").capture(
        CaptureRequest(key=key, gateway_id=gateway_id, amount=REQUEST.amount, currency="USD")
    )


def _give_back_and_dispute(paypal: PayPalDriver, order: str) -> None:
    gateway, account = gateways.get("paypal"), paypal.account
    (capture,) = account.captures
    refund = RefundRequest(
        key="refund-1", gateway_id=order, amount=Decimal(5), currency="USD", capture=capture
    )
    account.refund_status = "PENDING"
    made = gateway.refund(refund)
    gateway.fetch(order)
    account.settle_refund(made.reference, "COMPLETED")
    with pytest.raises(GatewayRefused):
        gateway.refund(replace(refund, key="refund-2", amount=Decimal(99)))
    gateway.locate({"capture": capture})
    dispute = account.dispute(order)
    gateway.fetch(order)
    account.close_dispute(dispute["dispute_id"], "RESOLVED_BUYER_FAVOUR")
    gateway.fetch(order)


def test_every_request_and_every_answer_is_as_the_contract_says(exchanges):
    assert judge.faults_of(exchanges) == []

    told = {(each.request.method, each.answer.status) for each in exchanges}
    assert told == {("POST", 200), ("POST", 201), ("POST", 422), ("GET", 200), ("GET", 404)}


def test_every_event_is_as_the_contract_says(events):
    assert [fault for event in events for fault in judge.event_faults(event)] == []

    assert {event["event_type"] for event in events} == {
        "CHECKOUT.ORDER.APPROVED",
        "PAYMENT.CAPTURE.COMPLETED",
        "PAYMENT.CAPTURE.PENDING",
        "PAYMENT.CAPTURE.DENIED",
        "PAYMENT.CAPTURE.REFUNDED",
        "CUSTOMER.DISPUTE.CREATED",
        "CUSTOMER.DISPUTE.RESOLVED",
    }


def test_what_paypal_says_to_a_request_that_it_does_not_trust_is_its_own(paypal):
    _opened(1)
    paypal.account.clock_offset = 10**6
    _opened(2)
    paypal.account.may_read_disputes = False
    paypal.account.pay(next(iter(paypal.account.orders)))
    gateways.get("paypal").fetch(next(iter(paypal.account.orders)))

    assert {each.answer.status for each in paypal.server.exchanges} == {200, 401, 403}
    assert judge.faults_of(paypal.server.exchanges) == []


@pytest.mark.parametrize(
    "change",
    [
        {"intent": "SELL"},
        {"purchase_units": None},
        {"purchase_units": []},
        {"purchase_units": [{"amount": {"currency_code": "USD", "value": 19.9}}]},
        {"purchase_units": [{"amount": {"currency_code": "USDT", "value": "19.90"}}]},
        {"purchase_units": [{"amount": {"currency_code": "USD", "value": "19,90"}}]},
        {"purchase_units": [{"amount": AMOUNT, "custom_id": "x" * 256}]},
        {"purchase_units": [{"amount": AMOUNT, "custom": "TXN-1"}]},
        {"purchase_units": [{"amount": AMOUNT, "items": [{"name": "x", "quantity": 1}]}]},
        {"payment_source": {"paypal": {"experience_context": {"user_action": "NOW"}}}},
        {"payment_source": {"paypal": {"experience_context": {"locale": "español"}}}},
        {"payment_sources": {}},
    ],
)
def test_the_judge_refuses_an_order_that_is_wrong(paypal, change):
    _opened(1)
    (opening,) = [each for each in paypal.server.exchanges if each.request.path == ORDERS]
    right = json.loads(opening.request.body)
    assert judge.body_faults("POST", ORDERS, right) == []

    wrong = {name: value for name, value in (right | change).items() if value is not None}

    assert judge.body_faults("POST", ORDERS, wrong)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v2/payments/captures/A/refund", {"amount": "5.00"}),
        ("/v2/payments/captures/A/refund", {"amount": {"value": "5.00"}}),
        ("/v2/payments/captures/A/refund", {"amount": AMOUNT, "reason": "a scratch"}),
        ("/v1/notifications/verify-webhook-signature", {"webhook_id": "A"}),
        ("/v2/checkout/orders/A/refund", {}),
    ],
)
def test_the_judge_refuses_other_requests_that_are_wrong(path, body):
    assert judge.body_faults("POST", path, body)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("status", "PAID"),
        ("amount", {"currency_code": "USD", "value": 19.9}),
        ("create_time", "yesterday"),
        ("create_time", 1795276785),
        ("seller_receivable_breakdown", {"paypal_fee": AMOUNT}),
        ("fee", AMOUNT),
        ("links", [{"href": "https://example.com"}]),
    ],
)
def test_the_judge_refuses_a_capture_that_is_wrong(paypal, name, change):
    paypal.account.pay(_opened(1))
    right = paypal.account.events.pop()
    assert judge.event_faults(right) == []

    assert judge.event_faults(right | {"resource": right["resource"] | {name: change}})


def test_a_key_that_was_used_for_something_else_is_refused_and_does_nothing(paypal):
    gateway = gateways.get("paypal")
    first = gateway.start(REQUEST)

    with pytest.raises(GatewayRefused, match="DUPLICATE_REQUEST_ID"):
        gateway.start(replace(REQUEST, amount=Decimal("20.00")))

    assert gateway.start(REQUEST) == first
    assert paypal.objects() == 1
