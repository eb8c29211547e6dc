"""The shop's keys at each provider: which can work, and that nobody reads them anywhere."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.checks import run_checks

from payments import gateways
from payments.exceptions import PaymentRefused
from payments.gateways.base import GatewayRefused
from payments.models import GatewayLogSpool
from payments.selectors import methods_for
from payments.services.settle import settle
from tests.payments.steps import begin, paid, ring
from tests.providers.driver import DRIVERS, Driver, running

pytestmark = pytest.mark.django_db
SHORT = """-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAMhdbV+ZLC/SuwcmD9FSD0+hAK4QhtaC
h4D0GRdkEgFxfPD8dGvFR4dZz1ZkSJ4pWbnAFEr/fUJQkWOR1BGOcJ0CAwEAAQ==
-----END PUBLIC KEY-----
"""
OTHERS = {
    "conekta": {"PRIVATE_KEY": "key_of_another_shop_1234"},
    "mercadopago": {"ACCESS_TOKEN": "APP_USR-of-another-shop-1234"},
    "paypal": {"CLIENT_SECRET": "a-secret-of_another-shop-1234"},
    "stripe": {"SECRET_KEY": "sk_test_of_another_shop_1234"},
}
# What providers and doubles know of shoppers, and how keys are sent.
PRIVATE = ("Ana Pérez", "Quispe", "ana@example.com", "5555555555", "Bearer A", "Basic ")


@pytest.fixture
def driver(request: pytest.FixtureRequest, settings: Any) -> Iterator[Driver]:
    with running(request.param, settings) as driver:
        yield driver


def use(settings: Any, driver: Driver, **keys: str) -> None:
    settings.GATEWAY_SETTINGS = settings.GATEWAY_SETTINGS | {
        driver.gateway: {**driver.settings(), **keys}
    }


@pytest.mark.parametrize(
    ("driver", "name", "value"),
    [
        ("conekta", "PRIVATE_KEY", ""),
        ("conekta", "PRIVATE_KEY", "sk_live_" + "x" * 20),
        ("conekta", "WEBHOOK_PUBLIC_KEY", ""),
        ("conekta", "WEBHOOK_PUBLIC_KEY", "key_" + "x" * 20),
        ("conekta", "WEBHOOK_PUBLIC_KEY", SHORT),
        ("conekta", "MODE", "sandbox"),
        ("mercadopago", "ACCESS_TOKEN", ""),
        ("mercadopago", "ACCESS_TOKEN", "sk_live_" + "x" * 20),
        ("mercadopago", "WEBHOOK_SECRET", ""),
        ("mercadopago", "COUNTRY", "XX"),
        ("paypal", "WEBHOOK_ID", ""),
        ("paypal", "WEBHOOK_ID", "br0ken!"),
        ("paypal", "CLIENT_SECRET", "br0ken!"),
        ("paypal", "CLIENT_ID", "short"),
        ("paypal", "API_BASE", "https://api-m.paypal.com.evil.io"),
        ("paypal", "API_BASE", "http://api-m.paypal.com"),
        ("stripe", "WEBHOOK_SECRET", ""),
        ("stripe", "WEBHOOK_SECRET", "br0ken!"),
        ("stripe", "SECRET_KEY", "pk_test_0123456789"),
    ],
    indirect=["driver"],
)
def test_keys_that_cannot_work_hide_the_method_and_are_named_without_their_value(
    driver: Driver, settings: Any, name: str, value: str
) -> None:
    driver.method()
    [method] = methods_for(amount=Decimal(10), currency=driver.currency)
    driver.pay(begin(driver))
    knock = driver.knocks()[-1]
    use(settings, driver, **{name: value})

    variable = f"{driver.gateway}_{name}".upper()
    told = {each.msg: each.id for each in run_checks(include_deployment_checks=True)}
    fault = f"{variable} {'does not look like one' if value else 'is missing'}."
    [hidden] = [text for text, code in told.items() if code == "payments.W003"]

    assert [text for text, code in told.items() if code == "payments.W001"] == [fault]
    assert f"“{method.code}”" in hidden
    assert methods_for(amount=Decimal(10), currency=driver.currency) == []
    assert gateways.find(method.gateway) is None
    assert driver.post(knock).status_code == 400


@pytest.mark.parametrize("driver", OTHERS, indirect=True)
def test_a_key_that_the_provider_refuses_is_nowhere_to_be_read(
    driver: Driver, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    use(settings, driver, **OTHERS[driver.gateway])

    with pytest.raises(PaymentRefused) as refused:
        begin(driver)

    cause = refused.value.__cause__
    told = f"{refused.value} {cause!r} {caplog.text} {logged()}"
    assert "another" not in told
    assert isinstance(cause, GatewayRefused)


@pytest.mark.parametrize("driver", DRIVERS, indirect=True)
def test_no_log_knows_a_secret_or_the_shopper(
    driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    payment = paid(driver)
    settle(payment.pk)
    driver.refund_there(payment, Decimal(5))
    ring(driver)

    told = f"{logged()} {caplog.text}"

    public = ("API_BASE", "COUNTRY", "MODE", "CLIENT_ID", "WEBHOOK_ID", "WEBHOOK_PUBLIC_KEY")
    secrets = {value for name, value in driver.settings().items() if name not in public}
    assert payment.number in told
    assert {each for each in (*secrets, payment.order.email, *PRIVATE) if each in told} == set()


def test_a_token_of_paypals_is_nowhere_to_be_read(paypal: Any, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    begin(paypal)

    [token] = paypal.provider._tokens
    assert token not in f"{logged()} {caplog.text}"


def logged() -> str:
    return str(list(GatewayLogSpool.objects.values_list("entry", flat=True)))
