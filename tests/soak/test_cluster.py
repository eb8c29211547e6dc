"""The tests of what lies in Redis once more, on a cluster of three."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.processes import Supervisor
from tests.valkeys import start_cluster

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["tests/cart", "tests/waitingroom", "tests/pagecache", "tests/core"]
# The run starts a database of its own: ours may be in the middle of another test.
OWN = ("DATABASE_URL", "MONGODB_URL", "PYTEST_XDIST_WORKER", "DJANGO_SETTINGS_MODULE")


@pytest.mark.soak
def test_carts_queues_and_kept_pages_do_the_same_on_a_cluster(tmp_path: Path) -> None:
    inherited = {name: value for name, value in os.environ.items() if name not in OWN}
    with Supervisor(tmp_path) as supervisor:
        cluster = start_cluster(supervisor)
        urls = {"REDIS_URL": cluster.url, "BROKER_URL": os.environ["REDIS_URL"]}

        result = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n0", "-m", "not soak", *FOLDERS],
            cwd=ROOT,
            env=inherited | urls,
            capture_output=True,
            text=True,
            check=False,
        )

    assert result.returncode == 0, result.stdout[-8000:]
