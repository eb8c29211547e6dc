"""The program in a folder of its own, where it may have a `.env` and data of its own."""

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# These find their folder by their own place; all else may be a link.
COPIED = ("config", "manage.py", "Makefile", "pyproject.toml", "uv.lock")
LEFT_OUT = (".git", ".env", ".data", "staticfiles")


def copied_project(folder: Path) -> Path:
    """:return: the folder, which has all that a checkout has after `make setup`"""
    folder.mkdir(parents=True)
    for path in ROOT.iterdir():
        if path.name in COPIED:
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, folder / path.name)
        elif path.name not in LEFT_OUT:
            (folder / path.name).symlink_to(path)
    return folder


def bare_environment() -> dict[str, str]:
    """That of a person at a terminal who has set no variable."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
