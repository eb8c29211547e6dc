from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from backoffice.backups import backup
from backoffice.backups.archives import BackupRefused


class Command(BaseCommand):
    help = "Checks that a backup opens, is complete, and has a readable database. Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="FILE.tar", help="Or s3://bucket/folder/FILE.tar.")

    def handle(self, *, source: str, **_options: Any) -> None:
        try:
            made_at = backup.check(source, say=self.stderr.write)
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        moment = date_format(localtime(made_at), "DATETIME_FORMAT")
        self.stdout.write(_("The backup of %(time)s is whole.") % {"time": moment})
