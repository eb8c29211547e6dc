"""What `.env` may say, and what the environment says instead; `make run` reads it: test_run.py."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.environment import read_file


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
