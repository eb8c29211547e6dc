"""Half a minute of a hoarder, over HTTP: one address, eight threads, no cookies, carts of ten."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import count
from urllib.parse import urlencode

import pytest
from django.db.models import Sum

from inventory import consistency
from inventory.models import Reservation
from tests.inventory.factories import WarehouseFactory, stocked
from tests.soak.conftest import Store

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]
SECONDS, THREADS = 30, 8


def take(port: int, sku: str, place: str, units: int = 10) -> int:
    """What the shop answers to somebody without a cookie at this address."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://127.0.0.1:{port}",
        "X-Forwarded-For": place,
    }
    body = urlencode({"variant": sku, "quantity": units})
    connection.request("POST", "/cart/add/", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def test_a_hoarder_takes_a_hundred_units_and_others_go_on_buying(store: Store) -> None:
    warehouse = WarehouseFactory.create()
    skus = [stocked(100, warehouse=warehouse).sku for _ in range(40)]
    turns, until = count(), time.monotonic() + SECONDS

    def hoard(_: int) -> Counter[int]:
        seen: Counter[int] = Counter()
        while time.monotonic() < until:
            seen[take(store.port, skus[next(turns) % len(skus)], "203.0.113.9")] += 1
        return seen

    with ThreadPoolExecutor(THREADS + 1) as pool:
        hoarding = [pool.submit(hoard, number) for number in range(THREADS)]
        time.sleep(SECONDS / 2)
        others = [take(store.port, sku, f"198.51.100.{n}", 1) for n, sku in enumerate(skus[:20])]
        answers = sum((each.result() for each in hoarding), Counter())

    held = Reservation.objects.active().aggregate(units=Sum("quantity"))["units"]
    assert held, answers
    assert held - len(others) <= 100, answers
    assert set(others) == {302}
    assert answers.keys() <= {302, 409, 429}, answers
    assert consistency.differences() == []
