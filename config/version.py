"""Which version of the program is checked out here, and which one a data folder last ran."""

import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The name under which `config.preparation.Stamps` keeps it.
STAMP = "version"


def version() -> str:
    """The tag that is checked out here, or the commit; of a folder without history its number."""
    asked = ["git", "-C", str(ROOT), "describe", "--tags", "--always"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
        return str(project["project"]["version"])
    return done.stdout.strip()
