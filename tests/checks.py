"""What `make lint` asks of a configured project, for which it starts the servers."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import django
from babel.messages.pofile import read_po
from django.apps import apps
from django.core.management import call_command
from django_migration_linter import MigrationLinter

from tests import servers
from tests.texts import ROOT, collect


def main(command: str = "check") -> int:
    """Run the checks, or collect the texts to translate; gives the exit code."""
    if command == "makemessages":
        collect()
        return 0
    with ExitStack() as stack:
        servers.start(stack)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        django.setup()
        call_command("check", fail_level="WARNING")
        call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)
        faults = _unsafe_migrations()
    return faults or _faulty_translations()


def _unsafe_migrations() -> int:
    """Steps that would lock or break a shop that is running."""
    ours = [app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
    linter = MigrationLinter(
        str(ROOT),
        include_apps=ours,
        ignore_initial_migrations=True,  # nobody waits for a table that is being made
        no_cache=True,
        quiet=["ok", "ignore"],
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return int(linter.has_errors)


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


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
