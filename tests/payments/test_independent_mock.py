"""The official libraries against a mock that is made of the official contracts, not by us."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string

from payments import gateways
from payments.gateways import breaker
from payments.gateways.base import (
    CaptureRequest,
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    RefundRequest,
)
from tests.payments.steps import START
from tests.providers.conekta import judge as judge_conekta
from tests.providers.conekta.documents import TYPE
from tests.providers.driver import DRIVERS, Driver
from tests.providers.mercadopago import judge as judge_mercadopago
from tests.providers.paypal import judge as judge_paypal
from tests.providers.server import ProviderServer, Request
from tests.providers.spec_mock import SpecMock, sample
from tests.providers.stripe import judge as judge_stripe

pytestmark = pytest.mark.django_db
MAX_CALLS = 5
STRIPE_OBJECTS = {
    r"/v1/checkout/sessions": "checkout.session",
    r"/v1/payment_intents": "payment_intent",
    r"/v1/refunds": "refund",
    r"/v1/disputes": "dispute",
    r"/v1/events": "event",
}


def stripes_answer(request: Request) -> Any:
    """Stripe's own sample of the object, its parts in full where they are asked for, or a list."""
    path = next(path for path in STRIPE_OBJECTS if request.path.startswith(path))
    samples = judge_stripe.samples()
    document = dict(samples[STRIPE_OBJECTS[path]])
    if any(name.startswith("expand") for name in request.query):
        charge = samples["charge"] | {"balance_transaction": samples["balance_transaction"]}
        document["payment_intent"] = samples["payment_intent"] | {"latest_charge": charge}
    if request.method == "GET" and request.path == path:
        return {"object": "list", "data": [document], "has_more": False, "url": path}
    return document


def mercadopagos_answer(request: Request) -> Any:
    operation = judge_mercadopago.operation(request.method, request.path)
    if operation is None or not operation.answered:
        return {"results": [], "paging": {"total": 0, "limit": 50, "offset": 0}}
    path = judge_mercadopago.FOLDER / f"{operation.answered}.schema.json"
    whole = json.loads(path.read_text())

    def resolve(schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = whole["definitions"][schema["$ref"].rpartition("/")[2]]
        return schema

    return sample(whole, resolve)


def conektas_answer(request: Request) -> Any:
    contract = judge_conekta.contract()
    schema = contract.answered(request.method, request.path, 200, TYPE)
    return sample(schema or {}, contract.resolved)


def paypals_answer(request: Request) -> Any:
    if request.path == "/v1/oauth2/token":
        return {"token_type": "Bearer", "access_token": "x", "expires_in": 900}
    contract = judge_paypal.contract_of(request.path)
    schema = contract.answered(request.method, request.path, 200) or {}
    document = sample(schema, contract.resolved) or {}
    if request.path.startswith("/v2/checkout/"):
        document |= {"status": "APPROVED", "purchase_units": [{}]}
    return document


MOCKS: dict[str, tuple[ModuleType, Callable[[Request], Any], str]] = {
    "conekta": (judge_conekta, conektas_answer, "MXN"),
    "stripe": (judge_stripe, stripes_answer, "PEN"),
    "paypal": (judge_paypal, paypals_answer, "USD"),
    "mercadopago": (judge_mercadopago, mercadopagos_answer, "PEN"),
}


def calls(gateway: Gateway, currency: str) -> dict[str, Callable[[], object]]:
    """Each thing that the shop asks of a provider."""
    amount = Decimal("129.90")
    started = replace(START, amount=amount, currency=currency, phone="+51987654321")
    refund = RefundRequest(
        key="refund-1", gateway_id="123", amount=amount, currency=currency, capture="456"
    )
    capture = CaptureRequest(key="cap-1", gateway_id="123", amount=amount, currency=currency)
    return {
        "start": lambda: gateway.start(started),
        "fetch": lambda: gateway.fetch("123"),
        "capture": lambda: gateway.capture(capture),
        "expire": lambda: gateway.expire("123"),
        "refund": lambda: gateway.refund(refund),
        "changed_since": lambda: list(gateway.changed_since(timezone.now() - timedelta(days=1))),
    }


@pytest.mark.parametrize("name", MOCKS)
def test_what_the_library_sends_is_what_the_contract_asks_for(name: str, settings: Any) -> None:
    judge, answer_to, currency = MOCKS[name]
    mock = SpecMock(judge.asked_faults, answer_to)
    driver: Driver = import_string(DRIVERS[name])()
    breaker.forget()

    with driver.server, ProviderServer(mock) as server:
        keys = {**driver.settings(), "API_BASE": server.url}
        settings.GATEWAY_SETTINGS = settings.GATEWAY_SETTINGS | {name: keys}
        gateway = gateways.get(name)
        for call in calls(gateway, currency).values():
            # A sample is not the answer to this request: to be refused or unclear is right.
            try:
                call()
            except (GatewayRefused, GatewayUnavailable):
                continue

    assert mock.refused == []
    assert mock.served >= MAX_CALLS
