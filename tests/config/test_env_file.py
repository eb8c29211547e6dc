"""`.env` is what counts, also for `make run` and `make upgrade`."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import free_port
from config.environment import read_file
from tests.config.projects import bare_environment, copied_project
from tests.config.test_run import Run

SETTINGS = """
DEBUG=0
DEMO=0
SITE_URL=https://shop.example.com
EMAIL_URL=smtp://127.0.0.1:9
STORE_DATA={folder}
PORT={port}
"""


@pytest.fixture
def kept() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.usefixtures("kept")
def test_a_variable_of_the_process_wins_unless_it_is_empty(tmp_path: Path) -> None:
    os.environ |= {"PORT": "", "HOST": "0.0.0.0", "COLUMNS": ""}
    (tmp_path / ".env").write_text("PORT=8730\nHOST=127.0.0.1\n# DEMO=1\n")

    read_file(tmp_path / ".env")

    assert os.environ["PORT"] == "8730"
    assert os.environ["HOST"] == "0.0.0.0"
    assert os.environ["COLUMNS"] == ""


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SHOP=caf\xe9")

    with pytest.raises(SystemExit, match=r"\.env cannot be read"):
        read_file(tmp_path / ".env")


@pytest.mark.whole_shop
def test_make_run_and_make_upgrade_honour_it(tmp_path: Path) -> None:
    project = copied_project(tmp_path / "project")
    folder, port = tmp_path / "store", free_port()
    (project / ".env").write_text(SETTINGS.format(folder=folder, port=port))

    run = Run.by_make(project)
    run.wait_for("is ready at")
    plan = make(project, "upgrade", "PLAN=1")
    processes = run.descendants()
    run.end(signal.SIGTERM)

    said = "".join(run.lines)
    assert f"is ready at http://127.0.0.1:{port}/" in said
    assert "demo" not in said
    assert "manage.py createsuperuser" in said
    assert (folder / "postgres").is_dir()
    assert not (project / ".data" / "postgres").exists()
    assert plan.returncode == 0, plan.stderr
    assert f"written to {folder}/backups/" in plan.stdout
    assert [process for process in processes if process.is_running()] == []


def make(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        Run.make(*words),
        cwd=project,
        env=bare_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
