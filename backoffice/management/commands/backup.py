from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.backups import backup
from backoffice.backups.archives import BackupRefused
from core.database.roles import as_owner


class Command(BaseCommand):
    help = (
        "Writes the database, the carts, the pictures and the log of the gateways into one file, "
        "encrypted if BACKUP_KEY is set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "target",
            metavar="FILE.tar",
            help="Or a folder, or s3://bucket/folder: there it gets a name by the time.",
        )
        parser.add_argument(
            "--keep",
            type=int,
            default=0,
            metavar="N",
            help="Delete all but the newest N of those that were named by the time.",
        )

    def handle(self, *, target: str, keep: int, **_options: Any) -> None:
        if keep < 0:
            raise CommandError(_("--keep is a number of backups."))
        try:
            with as_owner():
                made = backup.write(target, say=self.stderr.write, keep=keep)
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        text = _("%(file)s holds the shop, in %(size).1f MB. Keep it where only you can read it.")
        self.stdout.write(text % {"file": made.name, "size": made.size / 1_000_000})
        if gone := len(made.forgotten):
            told = ngettext("%d older one was deleted.", "%d older ones were deleted.", gone)
            self.stdout.write(told % gone)
