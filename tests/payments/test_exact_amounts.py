"""No provider rounds: an amount comes back to the cent, or is refused before anything is said."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils.module_loading import import_string

from payments import gateways
from payments.gateways.base import GatewayRefused
from tests.payments.steps import START
from tests.providers.driver import running

pytestmark = pytest.mark.django_db
CENTS = ("0.01", "1.15", "19.90", "1000000.01")


@pytest.mark.parametrize(
    ("name", "account", "currency", "amounts"),
    [
        ("conekta", {}, "MXN", CENTS),
        ("conekta", {}, "USD", CENTS),
        ("mercadopago", {"country": "PE"}, "PEN", CENTS),
        ("mercadopago", {"country": "CL"}, "CLP", ("1.00", "19990.00")),
        ("mercadopago", {"country": "CO"}, "COP", ("1.00", "89900.00")),
        ("paypal", {}, "USD", CENTS),
        ("paypal", {}, "MXN", ("1.00", "19990.99")),
        ("paypal", {}, "JPY", ("1.00", "19990.00")),
        ("paypal", {}, "HUF", ("7012.00",)),
        ("paypal", {}, "TWD", ("900.00",)),
    ],
)
def test_amounts_go_and_come_back_to_the_cent(
    settings: Any, name: str, account: dict[str, str], currency: str, amounts: tuple[str, ...]
) -> None:
    with running(name, settings, **account) as driver:
        gateway = gateways.get(name)
        for number, amount in enumerate(amounts):
            asked = replace(START, amount=Decimal(amount), currency=currency)
            asked = replace(asked, key=f"key-{number:012}", reference=f"TXN-{number}")
            opened = gateway.start(asked)
            driver.account.pay(opened.gateway_id)

            [capture] = gateway.fetch(opened.gateway_id).captures

            assert (capture.amount, capture.currency) == (Decimal(amount), currency)
            assert opened.amount == (None if name == "mercadopago" else Decimal(amount))
    judge = import_string(f"tests.providers.{name}.judge.faults_of")
    assert judge(driver.server.exchanges) == []


@pytest.mark.parametrize(
    ("name", "account", "currency", "amount"),
    [
        ("conekta", {}, "MXN", "21474836.48"),
        ("mercadopago", {"country": "CL"}, "CLP", "10.50"),
        ("mercadopago", {"country": "CO"}, "COP", "10.50"),
        ("mercadopago", {"country": "PE"}, "PEN", "1.005"),
        ("mercadopago", {"country": "PE"}, "USD", "1"),
        ("paypal", {}, "JPY", "10.50"),
        ("paypal", {}, "HUF", "7012.35"),
        ("paypal", {}, "TWD", "1.01"),
        ("paypal", {}, "USD", "1.005"),
        ("paypal", {}, "PEN", "1.00"),
    ],
)
def test_what_a_provider_cannot_take_exactly_is_refused_unasked(
    settings: Any, name: str, account: dict[str, str], currency: str, amount: str
) -> None:
    with running(name, settings, **account) as driver:
        asked = replace(START, amount=Decimal(amount), currency=currency)

        with pytest.raises(GatewayRefused):
            gateways.get(name).start(asked)

    assert driver.server.exchanges == []


@pytest.mark.parametrize(("taken", "is_taken"), [("USD", True), ("PEN", False)])
def test_paypal_takes_no_soles(paypal: Any, taken: str, is_taken: bool) -> None:
    assert gateways.get("paypal").accepts(taken) is is_taken
