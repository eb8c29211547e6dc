"""What `make lint` asks of a configured project; needs servers, and starts them."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import django
from babel.messages.pofile import read_po
from django.core.management import call_command

from tests import servers

ROOT = Path(__file__).resolve().parent.parent


def main(command: str = "check") -> int:
    """Run the checks, or collect the texts to translate; gives the exit code."""
    with ExitStack() as stack:
        servers.start(stack)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        django.setup()
        if command == "makemessages":
            return _collect_texts()
        call_command("check", fail_level="WARNING")
        call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)
        call_command("lintmigrations", project_root_path=str(ROOT), no_cache=True, quiet=["ok"])
    return _faulty_translations()


def _faulty_translations() -> int:
    """Placeholders that a translation has lost or made up; one line for each."""
    faults = 0
    for path in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as text:
            catalogue = read_po(text, locale=path.parent.parent.name, abort_invalid=True)
        for message, errors in catalogue.check():
            faults += 1
            sys.stderr.write(f"{path.relative_to(ROOT)}:{message.lineno}: {errors[0]}\n")
    return min(faults, 1)


def _collect_texts() -> int:
    ignored = [".venv/*", ".data/*", "tests/*"]
    call_command("makemessages", locale=["es"], ignore_patterns=ignored, no_location=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
