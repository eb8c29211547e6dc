"""
Every fault at every provider: after each, orders and money agree. A table sums it up.

Who wins a race is decided by locks of ours, the same for every provider: the gate runs each race
with one of them, and `make soak` with the others.
"""

from typing import Any

import pytest

from tests.payments.faults import CASES, IN_THREADS
from tests.providers.driver import running

PROVIDERS = ("conekta", "mercadopago", "paypal", "stripe")
RACES = [
    pytest.param(fault, provider, marks=[] if at == number % len(PROVIDERS) else [pytest.mark.soak])
    for number, fault in enumerate(IN_THREADS)
    for at, provider in enumerate(PROVIDERS)
]


@pytest.mark.django_db
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("fault", CASES)
def test_cell(fault: str, provider: str, settings: Any) -> None:
    with running(provider, settings) as driver:
        CASES[fault](driver)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("fault", "provider"), RACES)
def test_race(fault: str, provider: str, settings: Any) -> None:
    with running(provider, settings) as driver:
        IN_THREADS[fault](driver)
