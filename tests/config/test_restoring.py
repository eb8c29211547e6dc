"""docs/restoring.md, word by word: a shop comes back on a machine that never had one."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from config import embedded
from config.processes import Supervisor
from tests import databases
from tests.config.projects import ROOT, bare_environment, copied_project

GUIDE = (ROOT / "docs" / "restoring.md").read_text()
SETTINGS = """
DEBUG=0
DEMO=0
SECRET_KEY=a-key-that-signs-nothing-but-what-tests-look-at
SITE_URL=https://shop.example.com
EMAIL_URL=smtp://127.0.0.1:9
ALLOWED_HOSTS=shop.example.com
DEFAULT_LANGUAGE=en
"""


def machine(folder: Path) -> Path:
    """A copy of the program, as after `make setup`, and its settings."""
    project = copied_project(folder)
    (project / ".env").write_text(SETTINGS)
    return project


def type_in(project: Path, line: str) -> str:
    done = subprocess.run(
        shlex.split(line),
        cwd=project,
        env=bare_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.whole_shop
def test_the_pages_commands_bring_the_shop_back(tmp_path: Path) -> None:
    [block] = re.findall(r"(?ms)^   ```\n(.+?)^   ```", GUIDE)
    lost, found = machine(tmp_path / "lost"), machine(tmp_path / "found")
    with Supervisor(lost / ".data") as supervisor:
        urls = embedded.start(supervisor, ["DATABASE_URL"])
        databases.copy_tables(urls[embedded.OWNER_URL])
    picture = lost / ".data" / "media" / "products" / "table.webp"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a table")
    backup = tmp_path / "shop-7.tar"
    type_in(lost, f".venv/bin/python manage.py backup {backup}")

    for line in block.strip().splitlines():
        type_in(found, line.strip().replace("/backup/shop-7.tar", str(backup)))

    brought = found / picture.relative_to(lost)
    assert brought.read_bytes() == b"a table"
    # The proxy hands out pictures, and is another user; nobody else reads the servers' data.
    assert all(folder.stat().st_mode & 0o001 for folder in brought.parents[:3])
    assert brought.stat().st_mode & 0o004
    assert not (found / ".data" / "postgres").stat().st_mode & 0o077
