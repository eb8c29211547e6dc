"""What docs/installing.md tells to copy and type on a small server leads to files that fit."""

import re
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "installing.md").read_text()
BACKUPS = "/backup"
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
SED = re.compile(r"(?ms)^(sed -e .+?) \| sudo tee /etc/caddy/Caddyfile$")


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_program_of_ours_that_may_write_here_and_to_backups(unit: Path) -> None:
    read = RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(unit.read_text().replace("\\\n", " "))
    service = read["Service"]
    [module] = re.findall(r"-m (config\.\w+)", service["ExecStart"])

    assert (ROOT / module.replace(".", "/")).with_suffix(".py").exists()
    assert service["ExecStart"].startswith(f"{service['WorkingDirectory']}/.venv/bin/python ")
    assert service["ReadWritePaths"].split() == [service["WorkingDirectory"], f"-{BACKUPS}"]
    assert f"`{BACKUPS}`" in GUIDE
    assert "ReadWritePaths" in GUIDE
    assert service["ProtectSystem"] == "strict"
    assert service["User"] == "vitrina"
    assert f"`{unit.name}`" in GUIDE or f"deploy/systemd/{unit.name}" in GUIDE


def test_the_proxys_file_becomes_one_for_this_machine() -> None:
    [command] = SED.findall(GUIDE)

    made = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert "\nshop.example.com {" in made
    assert "reverse_proxy 127.0.0.1:8000 {\n" in made
    assert "root * /srv/vitrina/.data\n" in made
    assert "web:8000" not in made
    assert "{$" not in made


def test_a_server_is_set_up_without_the_packages_of_the_tests() -> None:
    makefile = (ROOT / "Makefile").read_text()
    recipes = dict(re.findall(r"(?m)^(\$\(\w+\)): .*\n((?:\t.*\n)+)", makefile))

    assert "uv sync --quiet --frozen --inexact --no-dev --extra embedded" in recipes["$(READY)"]
    assert "--no-dev" not in recipes["$(READY_TO_DEVELOP)"]
    for target in ("setup", "run", "upgrade"):
        assert re.search(rf"(?m)^{target}: (\$\(READY\)|setup)  ##", makefile)
