"""Random work on stock from eight threads whose processes are killed: the books still balance."""

import os
import subprocess
import sys
import time
from random import Random

import pytest
from django.db.models import Sum

from inventory import consistency
from inventory.models import Movement, Reservation, StockLevel, TransferLine
from inventory.states import TransferStatus
from tests import servers
from tests.inventory.factories import WarehouseFactory, stocked

WORKERS = 2
LONG = float(os.environ.get("SOAK_SECONDS", "600"))

CHURN = "import django; django.setup(); from tests.soak.churn import main; main({seed}, {seconds})"


def start_worker(seed: int, seconds: float) -> subprocess.Popen[str]:
    """A process that works on this test's own database."""
    environment = os.environ | {
        "DATABASE_URL": servers.database_url(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", CHURN.format(seed=seed, seconds=seconds)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def churn(seconds: float, kill_every: float) -> int:
    """Let workers work for so long, killing one now and then; gives how many were killed."""
    random, killed = Random(1), 0
    until = time.monotonic() + seconds
    workers = [start_worker(number, seconds) for number in range(WORKERS)]
    while (left := until - time.monotonic()) > kill_every:
        time.sleep(kill_every)
        chosen = random.randrange(WORKERS)
        assert workers[chosen].poll() is None, workers[chosen].communicate()[1]
        workers[chosen].kill()
        workers[chosen].communicate()
        killed += 1
        workers[chosen] = start_worker(WORKERS + killed, left - kill_every)
    for worker in workers:
        errors = worker.communicate()[1]
        assert worker.returncode == 0, errors
    return killed


def moved(kind: str) -> int:
    """Units that transfers have put on shelves or taken off them, by the ledger."""
    total: int = Movement.objects.filter(kind=kind).aggregate(Sum("quantity"))["quantity__sum"]
    return total


def written(field: str) -> int:
    """The same by the transfers' own lines; drafts have not left."""
    lines = TransferLine.objects.exclude(transfer__status=TransferStatus.DRAFT)
    total: int = lines.aggregate(units=Sum(field))["units"]
    return total


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("seconds", "kill_every"),
    [pytest.param(9, 4, id="short"), pytest.param(LONG, 20, id="long", marks=pytest.mark.soak)],
)
def test_killed_workers_leave_books_that_balance(seconds: float, kill_every: float) -> None:
    first, second = (WarehouseFactory.create(priority=1, ubigeo=at) for at in ("150101", "040101"))
    for _ in range(12):
        variant = stocked(30, warehouse=first)
        stocked(20, variant=variant, warehouse=second)

    killed = churn(seconds, kill_every)

    assert killed >= 1
    assert Movement.objects.filter(kind="sale").count() > 20
    assert Reservation.objects.count() > 100
    assert {"transfer_out", "transfer_in"} <= set(Movement.objects.values_list("kind", flat=True))
    assert moved("transfer_out") == -written("quantity")
    assert moved("transfer_in") == written("received")
    assert consistency.differences() == []
    assert not StockLevel.objects.filter(on_hand__lt=0).exists()
