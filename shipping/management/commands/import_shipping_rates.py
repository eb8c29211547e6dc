from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.reports.commands import REFUSED, add_language
from shipping import rate_tables
from shipping.rate_tables import MAX_FILE, Change, Table


class Command(BaseCommand):
    help = (
        "Replaces the rates of the delivery methods that a CSV file names; see "
        "export_shipping_rates. With a wrong row nothing is changed, and the exit code is 2."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be changed.")
        add_language(parser, "Of what is said.")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            table = self._read(options["file"])
            for note in table.notes:
                self.stderr.write(note, self.style.WARNING)
            if table.problems:
                raise CommandError(_problems(table), returncode=REFUSED)
            change = rate_tables.compare if options["dry_run"] else rate_tables.replace
            self.stdout.write(_said(change(table.entries), is_dry=options["dry_run"]))

    def _read(self, path: Path) -> Table:
        try:
            with path.open("rb") as file:
                return rate_tables.read(file.read(MAX_FILE + 1))
        except OSError as error:
            text = _("%(file)s cannot be read: %(reason)s.")
            raise CommandError(
                text % {"file": path, "reason": error.strerror}, returncode=REFUSED
            ) from error
        except DomainError as error:
            raise CommandError(str(error), returncode=REFUSED) from error


def _problems(table: Table) -> str:
    rows = [
        _("Line %(line)s: %(text)s") % {"line": problem.line, "text": problem.text}
        for problem in table.problems
    ]
    return "\n".join([*rows, _("Nothing has been changed.")])


def _said(change: Change, *, is_dry: bool) -> str:
    counts = _("%(added)s added, %(removed)s removed, %(kept)s as before.") % vars(change)
    methods = ", ".join(change.methods)
    nothing = _("Nothing has been changed.") if is_dry else ""
    return f"{methods}: {counts} {nothing}".strip()
