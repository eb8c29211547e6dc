from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from backoffice.backups import backup
from backoffice.backups.archives import BackupRefused
from core.database.roles import as_owner


class Command(BaseCommand):
    help = "Restores a file of `backup` into an empty place. Stop the store first."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="FILE.tar", help="Or s3://bucket/folder/FILE.tar.")
        parser.add_argument("--replace", action="store_true", help="Lose what the shop has now.")

    def handle(self, *, source: str, replace: bool, **_options: Any) -> None:
        try:
            with as_owner():
                made_at = backup.restore(source, replace=replace, say=self.stderr.write)
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        moment = date_format(localtime(made_at), "DATETIME_FORMAT")
        text = _("The shop is as it was on %(time)s. Run `manage.py migrate` before you start it.")
        self.stdout.write(text % {"time": moment})
