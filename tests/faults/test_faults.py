"""
Things break while people buy: the shop comes back by itself, and nothing is lost or done twice.

`make soak` lets 200 faults happen. FAULTS says how many, FAULTS_SEED in which order, FAULTS_ROUND
after how many the books are proven, FAULTS_TABLE where the figures go; docs/reliability.md tells
what they mean.
"""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from tests.faults.kinds import (
    CutVisitors,
    Fault,
    FillDisk,
    HangDatabase,
    Kill,
    SlowBodies,
)
from tests.faults.proxy import Cut
from tests.faults.run import Run, in_random_order, suffer_all
from tests.faults.store import Store

MOST_DANGEROUS = (Kill("postgres"), CutVisitors(Cut.ANSWER_LOST))


@pytest.mark.soak
def test_after_the_most_dangerous_faults_all_is_well_and_nothing_is_lost(tmp_path: Path) -> None:
    """
    The shortest run, to look at first: a whole shop, and all its books in the end.

    One by one its rules are in the gate: what is killed comes back and sells (tests/config/
    test_run.py), a worker goes on (test_logs.py there), an order whose answer was lost is placed
    once (test_servers_away.py).
    """

    def choose(_store: Store, _random: Random) -> Sequence[Fault]:
        return MOST_DANGEROUS

    run = suffer_all(tmp_path, choose, seed=1, say=print, judge_every=len(MOST_DANGEROUS))

    assert run.findings == []
    assert run.late == []
    assert len(run.outcomes) == len(MOST_DANGEROUS)


@pytest.mark.soak
def test_a_minute_without_the_database_slow_visitors_and_a_full_disk_lose_nothing(
    tmp_path: Path,
) -> None:
    """Their short forms: test_threads_taken.py, and tests/backoffice/test_health.py."""

    def choose(store: Store, _random: Random) -> Sequence[Fault]:
        return [SlowBodies(), HangDatabase(), *([FillDisk()] if store.disk else [])]

    run = suffer_all(tmp_path / "shop", choose, seed=1, say=print, judge_every=1)

    assert run.findings == []
    assert run.late == []


@pytest.mark.soak
def test_after_hundreds_of_faults_all_is_well_and_nothing_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = int(os.environ.get("FAULTS") or 200)
    seed = int(os.environ.get("FAULTS_SEED") or time.time())
    table = os.environ.get("FAULTS_TABLE", "")

    def say(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

    say(f"{number} faults, FAULTS_SEED={seed}")
    run = suffer_all(
        tmp_path,
        in_random_order(number),
        seed=seed,
        say=say,
        judge_every=int(os.environ.get("FAULTS_ROUND") or 8),
    )

    say(_words(run))
    if table:
        Path(table).write_text(f"{run.table}\n\n{run.summary}\n")
    assert run.findings == []
    assert run.late == []


def _words(run: Run) -> str:
    return "\n".join(["", run.table, "", run.summary, *run.findings, *run.late])
