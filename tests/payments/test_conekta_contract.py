"""What is said between the shop and Conekta, before its own description; and the judge."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from payments import gateways
from payments.gateways import conekta as adapter
from payments.gateways.base import (
    CaptureRequest,
    GatewayRefused,
    PaymentUnknown,
    RefundRequest,
)
from tests.payments.steps import START
from tests.providers.conekta import judge
from tests.providers.conekta.documents import TYPE
from tests.providers.conekta.driver import ConektaDriver
from tests.providers.server import Exchange

pytestmark = pytest.mark.django_db
REQUEST = replace(START, currency="MXN")
BODY: dict[str, Any] = {
    "currency": "MXN",
    "customer_info": {"name": "Ana", "email": "ana@example.com", "phone": "5555555555"},
    "line_items": [{"name": "Pedido 1", "unit_price": 1990, "quantity": 1}],
    "metadata": {"order": "1", "payment": "TXN-1"},
    "checkout": {
        "type": "HostedPayment",
        "allowed_payment_methods": ["card", "cash"],
        "expires_at": 1795276785,
        "success_url": "https://shop.example.com/",
        "failure_url": "https://shop.example.com/",
    },
}


@pytest.fixture
def events(conekta: ConektaDriver, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A whole life: declined, paid, given back, charged back and won; others lapse and end."""
    monkeypatch.setattr(adapter, "MAX_PAGE", 2)
    gateway, account = gateways.get("conekta"), conekta.account
    one, two, three, four, five = (gateway.start(REQUEST).gateway_id for _ in range(5))
    _give_back_and_dispute(conekta, one)
    account.pay_later(two, by_transfer=True)
    gateway.expire(two)
    gateway.fetch(two)
    account.lapse(two)
    account.authorize(three)
    gateway.capture(
        CaptureRequest(key="cap-1", gateway_id=three, amount=Decimal("19.90"), currency="MXN")
    )
    gateway.expire(four)
    account.pay_later(five)
    account.arrive(five)
    account.reverse(five)
    account.ping()
    list(gateway.changed_since(timezone.now() - timedelta(hours=1)))
    with pytest.raises(PaymentUnknown):
        gateway.fetch("ord_nothing")
    return list(account.events)


def _give_back_and_dispute(conekta: ConektaDriver, order: str) -> None:
    gateway, account = gateways.get("conekta"), conekta.account
    account.decline(order)
    gateway.fetch(order)
    account.pay(order)
    charge = gateway.fetch(order).captures[0].reference
    refund = RefundRequest(
        key="refund-1", gateway_id=order, amount=Decimal(5), currency="MXN", capture=charge
    )
    gateway.refund(refund)
    with pytest.raises(GatewayRefused, match="exceeds"):
        gateway.refund(replace(refund, key="refund-2", amount=Decimal(99)))
    account.dispute(order)
    gateway.locate({"charge": charge})
    gateway.fetch(order)
    account.move_dispute(order, "under_review")
    account.move_dispute(order, "won")


@pytest.fixture
def exchanges(conekta: ConektaDriver, events: list[Any]) -> list[Exchange]:
    return conekta.server.exchanges


def test_every_request_and_every_answer_is_as_the_contract_says(exchanges):
    assert judge.faults_of(exchanges) == []

    told = {(each.request.method, each.answer.status) for each in exchanges}
    assert told == {("POST", 200), ("POST", 422), ("GET", 200), ("GET", 404), ("PUT", 200)}


def test_every_event_carries_a_document_as_conekta_writes_it(events):
    found = {each["type"]: judge.event_faults(each) for each in events}

    assert {kind: faults for kind, faults in found.items() if faults} == {}
    assert len(found) == 20


def test_conekta_learns_nothing_about_the_machine_and_whoever_listens_no_key(exchanges):
    said = exchanges[0].request.headers

    assert said["x-conekta-client-user-agent"] == "{}"
    assert said["user-agent"] == "Conekta/v2 PythonBindings/9.0.0"
    assert said["accept"] == TYPE


@pytest.mark.parametrize(
    "change",
    [
        {"currency": "PESOS"},
        {"currency": None},
        {"customer_info": {"name": "Ana", "email": "ana@example.com"}},
        {"customer_info": BODY["customer_info"] | {"telephone": "5555555555"}},
        {"line_items": None},
        {"line_items": [{"name": "Pe", "unit_price": 1990, "quantity": 1}]},
        {"line_items": [{"name": "Pedido", "unit_price": 19.9, "quantity": 1}]},
        {"line_items": [{"name": "Pedido", "unit_price": 1990, "quantity": 0}]},
        {"line_items": [{"name": "Pedido", "price": 1990, "quantity": 1}]},
        {"metadata": {"payment": {"number": 1}}},
        {"checkout": BODY["checkout"] | {"type": "Hosted"}},
        {"checkout": BODY["checkout"] | {"allowed_payment_methods": ["paypal"]}},
        {"checkout": BODY["checkout"] | {"sucess_url": "https://shop.example.com/"}},
        {"checkout": BODY["checkout"] | {"expires_at": "tomorrow"}},
        {"colour": "red"},
    ],
)
def test_the_judge_refuses_an_order_that_is_wrong(change):
    assert judge.body_faults("POST", "/orders", BODY) == []

    wrong = {name: value for name, value in (BODY | change).items() if value is not None}

    assert judge.body_faults("POST", "/orders", wrong)


@pytest.mark.parametrize(
    "body",
    [
        {"amount": 500},
        {"amount": "500", "reason": "requested_by_client"},
        {"amount": 5.5, "reason": "requested_by_client"},
        {"amount": 500, "reason": "requested_by_client", "metadata": {}},
    ],
)
def test_the_judge_refuses_a_refund_that_is_wrong(body):
    assert judge.body_faults("POST", "/orders/ord_1/refunds", body)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "1990"},
        {"livemode": None},
        {"payment_status": 7},
        {"created_at": "2026-11-21"},
        {"checkout": {"id": "1"}},
        {"charges": {"data": [{"id": "1"}], "has_more": False, "object": "list"}},
    ],
)
def test_the_judge_refuses_an_answer_that_conekta_would_not_give(exchanges, change):
    order = json.loads(exchanges[0].answer.body)
    assert judge.document_faults(order) == []

    assert judge.document_faults(order | change)


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("POST", "/order", {}),
        ("GET", "/orders", {"updated_since": ["1"]}),
        ("GET", "/orders", {"limit": ["251"]}),
        ("GET", "/orders", {"updated_at.gte": ["yesterday"]}),
    ],
)
def test_the_judge_knows_no_other_addresses_and_parameters(exchanges, method, path, query):
    listed = next(each for each in exchanges if each.request.path == "/orders")
    asked = replace(listed.request, method=method, path=path, query=query, body=b"")

    assert judge.faults_of([replace(listed, request=asked)])
