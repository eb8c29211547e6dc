"""The worker exits with an error when it ended by one; its clock survives failures."""

import os
import shelve
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from config import worker
from config.celery import app
from config.clock import Clock
from config.worker import Beat
from tests.faults.room import room
from tests.servers import SETTINGS
from tests.waiting import until

# It asks once more, where it would ask for an hour.
IMPATIENT = """
import runpy
from config.celery import app
app.conf.broker_connection_max_retries = 1
runpy.run_module("config.worker", run_name="__main__")
"""


def test_a_worker_that_finds_no_broker_for_too_long_ends_with_an_error(tmp_path: Path) -> None:
    environment = {**os.environ, **SETTINGS, "REDIS_URL": "redis://127.0.0.1:1/0"}

    ended = subprocess.run(
        [sys.executable, "-c", IMPATIENT, str(tmp_path / "clock")],
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert b"Unrecoverable error" in ended.stderr
    assert ended.returncode == 1


def test_a_clock_on_a_full_disk_goes_on_and_writes_again_when_there_is_room(tmp_path: Path) -> None:
    with room(tmp_path / "disk", "256k") as disk:
        if disk is None:
            pytest.skip("needs the right to mount a file system")
        place = str(disk.folder / "clock")
        clock = Clock(app, schedule_filename=place)

        disk.fill()
        clock.add(name="a" * 20_000, task="none", schedule=60)
        clock.sync()
        is_ticking = len(clock.schedule) > 1
        disk.clear()
        clock.add(name="later", task="none", schedule=60)
        clock.close()

        assert is_ticking
        with closing(shelve.open(place)) as kept:
            assert "later" in kept["entries"]


def test_a_clock_that_has_ended_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PAUSE", 0.2)
    place = tmp_path / "later"
    beat = Beat(app, str(place / "clock"))

    beat.start()
    time.sleep(0.5)
    place.mkdir()

    until((place / "clock.dat").exists)
    assert beat.is_alive()
    beat.stop()


def test_no_worker_waits_for_a_clock_that_has_ended(tmp_path: Path) -> None:
    beat = Beat(app, str(tmp_path / "never" / "clock"))
    beat.start()
    time.sleep(0.5)

    began = time.monotonic()
    beat.stop()

    assert time.monotonic() - began < 2
    assert not beat.is_alive()
