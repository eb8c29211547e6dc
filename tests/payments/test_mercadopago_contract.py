"""What is said between the shop and Mercado Pago, before an independent judge; and the judge."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from payments import gateways
from payments.gateways.base import (
    GatewayRefused,
    GatewayUnavailable,
    RefundRequest,
)
from tests.payments.steps import START
from tests.providers.driver import Driver
from tests.providers.mercadopago import judge
from tests.providers.server import Exchange

pytestmark = pytest.mark.django_db


@pytest.fixture
def exchanges(mercadopago: Driver) -> list[Exchange]:
    """A whole life: opened, paid twice, authorized, given back, charged back, listed, closed."""
    gateway, account = gateways.get("mercadopago"), mercadopago.account
    opened = gateway.start(START).gateway_id
    account.decline(opened)
    account.pay_later(opened)
    paid = [account.pay(opened)["id"] for _ in range(2)]
    gateway.fetch(opened)
    gateway.refund(_refund(opened, paid[0]))
    account.charge_back(paid[1])
    gateway.locate({"topic": "payment", "id": str(paid[0])})
    list(gateway.changed_since(timezone.now() - timedelta(hours=1)))
    gateway.expire(opened)
    with pytest.raises(GatewayRefused):
        gateway.refund(replace(_refund(opened, paid[0]), key="refund-2", amount=Decimal(99)))
    return mercadopago.server.exchanges


def _refund(gateway_id: str, payment_id: int) -> RefundRequest:
    return RefundRequest(
        key="refund-1",
        gateway_id=gateway_id,
        amount=Decimal("5.00"),
        currency="PEN",
        capture=str(payment_id),
    )


def test_every_request_and_every_answer_is_as_the_contract_says(exchanges):
    assert judge.faults_of(exchanges) == []

    told = {(each.request.method, each.answer.status) for each in exchanges}
    assert told >= {("POST", 201), ("GET", 200), ("PUT", 200), ("POST", 400)}


@pytest.mark.parametrize(
    "change",
    [
        {"items": None},
        {"items": [{"id": "1", "title": "A", "quantity": 1, "unit_price": "19.90"}]},
        {"items": [{"id": "1", "quantity": 1, "unit_price": 19.9}]},
        {"items": [{"id": "1", "title": "A", "quantity": 1, "unit_price": 19.9, "sku": "A"}]},
        {"external_ref": "TXN-1"},
        {"back_urls": {"succes": "https://shop.example.com"}},
        {"expires": "true"},
        {"binary_mode": 0},
    ],
)
def test_the_judge_refuses_a_preference_that_is_wrong(exchanges, change):
    opening = json.loads(exchanges[0].request.body)
    assert judge.faults("preference_request", opening) == []

    wrong = {name: value for name, value in (opening | change).items() if value is not None}

    assert judge.faults("preference_request", wrong)


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("refund_request", {"amount": "5.00"}),
        ("refund_request", {"amount": 5.0, "reason": "broken"}),
        ("refund_response", {"id": "1", "payment_id": 2, "amount": 5.0, "status": "approved"}),
        ("payment_response", {"id": 1, "transaction_amount": "19.90"}),
        ("payment_response", {"id": 1, "transaction_ammount": 19.9}),
        ("payment_search", {"paging": {"total": 1}, "results": []}),
        ("payment_search", {"results": [{"id": 1}]}),
    ],
)
def test_the_judge_refuses_other_documents_that_are_wrong(name, document):
    assert judge.faults(name, document)


def test_the_judge_knows_of_no_other_address(exchanges):
    elsewhere = replace(exchanges[0].request, path="/v1/preferences")

    assert judge.faults_of([replace(exchanges[0], request=elsewhere)])


def test_a_key_that_was_used_for_something_else_is_a_conflict_and_does_nothing(mercadopago):
    gateway = gateways.get("mercadopago")
    gateway.start(START)

    with pytest.raises(GatewayUnavailable, match="409"):
        gateway.start(replace(START, amount=Decimal("20.00")))

    assert gateway.start(START).gateway_id in mercadopago.account.preferences
    assert mercadopago.objects() == 1
