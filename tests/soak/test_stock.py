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
from tests.waiting import until

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
    end = time.monotonic() + seconds
    workers = [start_worker(number, seconds) for number in range(WORKERS)]
    while (left := end - time.monotonic()) > kill_every:
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


def fill_shelves() -> None:
    first, second = (WarehouseFactory.create(priority=1, ubigeo=at) for at in ("150101", "040101"))
    for _ in range(12):
        variant = stocked(30, warehouse=first)
        stocked(20, variant=variant, warehouse=second)


def much_was_done() -> bool:
    return (
        Movement.objects.filter(kind="sale").count() > 20
        and Reservation.objects.count() > 100
        and {"transfer_out", "transfer_in"} <= set(Movement.objects.values_list("kind", flat=True))
    )


def assert_books_balance() -> None:
    assert moved("transfer_out") == -written("quantity")
    assert moved("transfer_in") == written("received")
    assert consistency.differences() == []
    assert not StockLevel.objects.filter(on_hand__lt=0).exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_in_the_middle_leaves_books_that_balance() -> None:
    fill_shelves()
    worker = start_worker(seed=0, seconds=120)

    until(much_was_done)
    was_at_work = worker.poll() is None
    worker.kill()
    errors = worker.communicate()[1]

    assert was_at_work, errors
    assert_books_balance()


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_killed_workers_leave_books_that_balance() -> None:
    """Two processes at once, for long, and others that go on where the killed ones have ended."""
    fill_shelves()

    killed = churn(LONG, kill_every=20)

    assert killed >= 1
    assert much_was_done()
    assert_books_balance()
