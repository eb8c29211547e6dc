"""A crowd at a drop, over HTTP: exactly what there is gets held, and everybody gets an answer."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import embedded
from config.processes import Supervisor
from config.run import free_port, start_web
from inventory import audit
from inventory.models import Reservation, StockLevel
from tests import servers
from tests.bench.load import Answer, Run, Visitor, crowd
from tests.waitingroom.factories import DropFactory, drop_variant

LIMIT = 2


@pytest.fixture
def port(tmp_path: Path, transactional_db: None) -> Iterator[int]:
    """Of a real web server on this test's database, with a Valkey of its own."""
    with Supervisor(tmp_path) as supervisor:
        own = embedded.start(supervisor, ["REDIS_URL"], durable=False)
        found = free_port("127.0.0.1", 0)
        environment = {**os.environ, **own, "DATABASE_URL": servers.database_url(), "DEMO": "1"}
        start_web(supervisor, "127.0.0.1", found, environment)
        yield found


def arrive(port: int, sku: str, arrivals: int) -> Run:
    """So many visitors, each with a cart of his own, who ask for as many as they may have."""

    def step(visitor: Visitor, number: int) -> Answer:
        asked = {"variant": sku, "quantity": str(1 + number % LIMIT)}
        return visitor.post("/cart/add/", asked)

    return crowd(port, step, visitors=16, most=arrivals)


@pytest.mark.parametrize(
    ("arrivals", "units"),
    [
        pytest.param(200, 50, id="short"),
        pytest.param(5000, 500, id="long", marks=pytest.mark.soak),
    ],
)
def test_a_crowd_holds_exactly_what_there_is(port: int, arrivals: int, units: int) -> None:
    variant = drop_variant(DropFactory.create(), units=units)
    variant.product.purchase_limit = LIMIT
    variant.product.save(update_fields=["purchase_limit"])

    run = arrive(port, variant.sku, arrivals)

    held = Reservation.objects.active().filter(variant=variant)
    assert sum(held.values_list("quantity", flat=True)) == units
    assert run.statuses == Counter({302: held.count(), 409: arrivals - held.count()})
    assert StockLevel.objects.get(variant=variant).available == 0
    assert audit.differences() == []
