"""`check --deploy` names each way to pay that shoppers are not shown, and why."""

from decimal import Decimal
from typing import Any

import pytest
from constance.test import override_config
from django.core.checks import run_checks

from payments.selectors import methods_for
from tests.payments.dollars import dollars_only
from tests.payments.factories import PaymentMethodFactory
from tests.providers.driver import running

pytestmark = pytest.mark.django_db


def told(code: str) -> list[str]:
    return [each.msg for each in run_checks(include_deployment_checks=True) if each.id == code]


def test_a_way_to_pay_whose_provider_is_not_set_up_is_named() -> None:
    PaymentMethodFactory.create(code="stripe", gateway="stripe")
    PaymentMethodFactory.create(code="gone", gateway="uninstalled")
    PaymentMethodFactory.create(code="off", gateway="stripe", is_active=False)
    PaymentMethodFactory.create(code="transfer", gateway="manual")

    assert [sentence.split("”")[0] for sentence in told("payments.W003")] == [
        "The payment method “gone",
        "The payment method “stripe",
    ]


def test_a_provider_that_takes_no_currency_of_the_shop_is_named_until_there_is_a_rate(
    simulator: Any,
) -> None:
    with dollars_only():
        [sentence] = told("payments.W003")
        with override_config(EXCHANGE_RATES="USD 3.75"):
            assert told("payments.W003") == []

    assert "PEN" in sentence


def test_exchange_rates_that_cannot_be_read_are_named() -> None:
    with override_config(EXCHANGE_RATES="USD 3.75, MXN about a fifth"):
        [sentence] = told("payments.W002")

    assert "MXN about a fifth" in sentence
    assert told("payments.W002") == []


@pytest.mark.parametrize(
    ("provider", "variable"),
    [
        ("stripe", "SECRET_KEY"),
        ("stripe", "WEBHOOK_SECRET"),
        ("paypal", "CLIENT_SECRET"),
        ("paypal", "WEBHOOK_ID"),
        ("mercadopago", "ACCESS_TOKEN"),
        ("mercadopago", "COUNTRY"),
        ("conekta", "PRIVATE_KEY"),
        ("conekta", "WEBHOOK_PUBLIC_KEY"),
        ("conekta", "MODE"),
    ],
)
def test_a_provider_with_a_broken_key_is_hidden_and_the_key_is_named(
    settings: Any, provider: str, variable: str
) -> None:
    PaymentMethodFactory.create(code=provider, gateway=provider)

    def offered(currency: str) -> list[str]:
        found = methods_for(amount=Decimal(100), currency=currency)
        return [method.code for method in found]

    with running(provider, settings) as driver:
        assert offered(driver.currency) == [provider]
        kept = settings.GATEWAY_SETTINGS[provider]
        broken = {**kept, variable: "br0ken!"}
        settings.GATEWAY_SETTINGS = {**settings.GATEWAY_SETTINGS, provider: broken}

        assert offered(driver.currency) == []
        [fault] = told("payments.W001")
        [hidden] = told("payments.W003")

    assert f"{provider}_{variable}".upper() in fault
    assert "br0ken!" not in fault
    assert f"“{provider}”" in hidden
