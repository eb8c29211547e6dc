"""Compiles the catalogues of translations, without needing gettext on the machine."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_outdated(locale: Path = LOCALE) -> list[Path]:
    """Write each .mo file that is missing or older than its .po; gives those written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _compile(source, target)
            written.append(target)
    return written


def _compile(source: Path, target: Path) -> None:
    """By way of another name: a web process may be reading the old one."""
    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parent.parent.name, abort_invalid=True)
    unfinished = target.with_suffix(".mo.new")
    with unfinished.open("wb") as binary:
        write_mo(binary, catalogue)
    unfinished.replace(target)


if __name__ == "__main__":
    for path in compile_outdated():
        sys.stdout.write(f"Compiled {path.relative_to(LOCALE.parent)}\n")
