"""Whoever looks after the worker learns how it has ended."""

import os
import subprocess
import sys
from pathlib import Path

from tests.servers import SETTINGS

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
