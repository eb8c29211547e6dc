"""docs/restoring.md, word by word: a shop comes back on a machine that never had one."""

import re
import shlex
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, get_commands

from tests.config.projects import ROOT, bare_environment, copied_project
from tests.payments.factories import close_log

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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "number",
    [pytest.param(1, id="restore"), pytest.param(3, id="all", marks=pytest.mark.soak)],
)
def test_the_pages_commands_bring_the_shop_back(number: int, tmp_path: Path, settings: Any) -> None:
    """The gate restores; `make soak` types in the checks of the page as well."""
    [block] = re.findall(r"(?ms)^   ```\n(.+?)^   ```", GUIDE)
    lines = [line.strip() for line in block.strip().splitlines()]
    found = machine(tmp_path / "found")
    settings.MEDIA_ROOT = tmp_path / "lost"
    picture = Path("products", "table.webp")
    (tmp_path / "lost" / picture).parent.mkdir(parents=True)
    (tmp_path / "lost" / picture).write_bytes(b"a table")
    backup = tmp_path / "shop-7.tar"
    call_command("backup", str(backup), stdout=StringIO(), stderr=StringIO())
    close_log(settings.MONGODB_URL)

    for line in lines[:number]:
        type_in(found, line.replace("/backup/shop-7.tar", str(backup)))

    brought = found / ".data" / "media" / picture
    assert len(lines) == 3
    assert {line.split()[2] for line in lines} <= get_commands().keys()
    assert brought.read_bytes() == b"a table"
    # The proxy hands out pictures, and is another user; nobody else reads the servers' data.
    assert all(folder.stat().st_mode & 0o001 for folder in brought.parents[:3])
    assert brought.stat().st_mode & 0o004
    assert not (found / ".data" / "postgres").stat().st_mode & 0o077
