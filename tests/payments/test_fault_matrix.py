"""Every fault at every provider: after each, orders and money agree. A table sums it up."""

from typing import Any

import pytest

from tests.payments.faults import CASES, IN_THREADS
from tests.providers.driver import running

PROVIDERS = ("conekta", "mercadopago", "paypal", "stripe")


@pytest.mark.django_db
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("fault", CASES)
def test_cell(fault: str, provider: str, settings: Any) -> None:
    with running(provider, settings) as driver:
        CASES[fault](driver)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("fault", IN_THREADS)
def test_race(fault: str, provider: str, settings: Any) -> None:
    with running(provider, settings) as driver:
        IN_THREADS[fault](driver)
