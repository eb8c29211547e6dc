"""Stripe's double at its edges, over HTTP: keys, doubled requests, and the page to pay on."""

import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from tests.providers.server import ProviderServer
from tests.providers.stripe.api import Stripe

KEY, SECRET = "sk_test_0123456789", "whsec_0123456789"
SESSION = {
    "mode": "payment",
    "success_url": "http://shop.test/back?sid={CHECKOUT_SESSION_ID}",
    "cancel_url": "http://shop.test/back",
    "locale": "es-419",
    "client_reference_id": "TXN-1",
    "metadata[order]": "PED-20261121-0001",
    "adaptive_pricing[enabled]": "false",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "pen",
    "line_items[0][price_data][unit_amount]": "1990",
    "line_items[0][price_data][product_data][name]": "PED-20261121-0001",
}


@pytest.fixture
def stripe() -> Stripe:
    return Stripe(secret_key=KEY, webhook_secret=SECRET)


@pytest.fixture
def server(stripe: Stripe) -> Iterator[ProviderServer]:
    with ProviderServer(stripe) as running:
        yield running


def ask(server: ProviderServer, path: str, *, key: str = "", **form: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": key}
    return requests.post(server.url + path, urlencode(form), headers=headers, timeout=10)


def opened(server: ProviderServer) -> dict[str, Any]:
    session: dict[str, Any] = ask(server, "/v1/checkout/sessions", key="k", **SESSION).json()
    return session


def test_the_same_key_gives_the_same_session_and_with_other_parameters_an_error(server, stripe):
    first = opened(server)

    again = ask(server, "/v1/checkout/sessions", key="k", **SESSION)
    other = ask(server, "/v1/checkout/sessions", key="k", **SESSION | {"locale": "en"})

    assert again.json() == first
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.status_code == 400
    assert other.json()["error"]["type"] == "idempotency_error"
    assert len(stripe.account.sessions) == 1


def test_wrong_parameters_are_not_remembered_with_their_key(server):
    wrong = ask(server, "/v1/checkout/sessions", key="k", **SESSION | {"colour": "red"})

    assert wrong.json()["error"]["code"] == "parameter_unknown"
    assert opened(server)["status"] == "open"


def test_a_stranger_is_not_answered(server):
    answer = requests.get(server.url + "/v1/events", timeout=10)

    assert answer.status_code == 401


def test_no_more_goes_back_than_was_paid(server, stripe):
    session = opened(server)
    stripe.account.pay(session["id"])
    charge = next(iter(stripe.account.charges))

    refunds = [
        ask(server, "/v1/refunds", key=str(units), charge=charge, amount=units).json()
        for units in (1000, 991, 990, 1)
    ]

    assert [each.get("status") for each in refunds] == ["succeeded", None, "succeeded", None]
    assert refunds[1]["error"]["param"] == "amount"
    assert refunds[3]["error"]["code"] == "charge_already_refunded"


def test_a_session_that_is_paid_cannot_be_expired(server, stripe):
    session = opened(server)
    stripe.account.pay(session["id"])

    answer = ask(server, f"/v1/checkout/sessions/{session['id']}/expire")

    assert answer.status_code == 400
    assert stripe.account.sessions[session["id"]]["status"] == "complete"


def test_after_a_day_nobody_can_pay_any_more(server, stripe):
    session = opened(server)
    stripe.account.clock_offset = 24 * 3600 + 1

    html = requests.get(session["url"], timeout=10).text

    assert "El tiempo para pagar terminó." in html
    assert "<button" not in html


def test_the_page_says_what_is_paid_and_leads_back_to_the_shop(server, stripe):
    url = opened(server)["url"]

    page = requests.get(url, timeout=10)
    paid = requests.post(url, {"action": "approve"}, timeout=10, allow_redirects=False)

    assert "S/ 19.90" in page.text
    assert "<script" not in page.text
    assert "form-action 'self' http://shop.test" in page.headers["Content-Security-Policy"]
    assert paid.headers["Location"].startswith("http://shop.test/back?sid=cs_test_")
    assert [event["type"] for event in stripe.events] == [
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_who_is_declined_stays_on_the_page_and_can_pay_all_the_same(server, stripe):
    session = opened(server)

    declined = requests.post(session["url"], {"action": "decline"}, timeout=10)
    stripe.account.pay(session["id"])

    assert "El banco rechazó la tarjeta." in declined.text
    assert stripe.account.sessions[session["id"]]["payment_status"] == "paid"


def test_a_knock_is_signed_over_its_time_and_its_bytes(server, stripe):
    session = opened(server)
    stripe.account.pay(session["id"])

    knock = stripe.knock(stripe.events[0])
    at, code = (part.partition("=")[2] for part in knock.headers["Stripe-Signature"].split(","))

    assert json.loads(knock.body)["type"] == "payment_intent.succeeded"
    assert code == hmac.new(SECRET.encode(), f"{at}.".encode() + knock.body, sha256).hexdigest()
