"""`check --deploy` names each way to pay that shoppers are not shown, and why."""

from typing import Any

import pytest
from constance.test import override_config
from django.core.checks import run_checks

from tests.payments.dollars import dollars_only
from tests.payments.factories import PaymentMethodFactory

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
