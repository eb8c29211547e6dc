"""Nothing that needs the settings here: pytest reads this before they stand."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.module_loading import import_string


@pytest.fixture
def conekta(settings: Any) -> Iterator[Any]:
    yield from _judged("conekta", settings)


@pytest.fixture
def mercadopago(settings: Any) -> Iterator[Any]:
    yield from _judged("mercadopago", settings)


@pytest.fixture
def paypal(settings: Any) -> Iterator[Any]:
    """In a shop that reckons in soles, which PayPal does not take."""
    with import_string("tests.payments.paypal_steps.selling")(settings) as driver:
        yield driver


@pytest.fixture
def stripe(settings: Any) -> Iterator[Any]:
    with import_string("tests.providers.driver.running")("stripe", settings) as driver:
        yield driver


def _judged(name: str, settings: Any) -> Iterator[Any]:
    """What was said keeps the provider's contract."""
    with import_string("tests.providers.driver.running")(name, settings) as driver:
        yield driver
        faults_of = import_string(f"tests.providers.{name}.judge.faults_of")
        assert faults_of(driver.server.exchanges) == []
