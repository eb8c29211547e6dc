from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from backoffice import backups


class Command(BaseCommand):
    help = "Writes the database, the pictures and the log of the gateways into one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.tar")

    def handle(self, *, file: Path, **_options: Any) -> None:
        try:
            size = backups.write(file, say=self.stderr.write)
        except backups.BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        text = _("%(file)s holds the shop, in %(size).1f MB. Keep it where only you can read it.")
        self.stdout.write(text % {"file": file, "size": size / 1_000_000})
