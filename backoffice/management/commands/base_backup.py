import re
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.backups import pg_programs
from backoffice.backups.pg_programs import ProgramFailed
from core.database.roles import as_owner

COPY = re.compile(r"base-[0-9]{8}-[0-9]{6}")
FIRST_NEEDED = re.compile(r"(?m)^START WAL LOCATION: .* \(file ([0-9A-F]{24})\)$")


class Command(BaseCommand):
    help = (
        "Copies the whole PostgreSQL server into a folder. With its log (WAL_ARCHIVE) the copy "
        "restores every later moment: docs/backups.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, metavar="FOLDER", help="Gets a folder by the time."
        )
        parser.add_argument(
            "--keep", type=int, default=0, metavar="N", help="Delete all but the newest N copies."
        )
        parser.add_argument(
            "--archive",
            type=Path,
            metavar="WAL_ARCHIVE",
            help="With --keep: delete what none of the copies needs of the log, too.",
        )

    def handle(self, *, folder: Path, keep: int, archive: Path | None, **_options: Any) -> None:
        copy = folder / f"base-{timezone.localtime():%Y%m%d-%H%M%S}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with as_owner():
                pg_programs.run(
                    "pg_basebackup", f"--pgdata={copy}", "--checkpoint=fast", "--wal-method=stream"
                )
            self._forget_old(folder, keep, archive)
        except (ProgramFailed, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("%(folder)s holds the whole database server.") % {"folder": copy})

    def _forget_old(self, folder: Path, keep: int, archive: Path | None) -> None:
        copies = sorted(path for path in folder.iterdir() if COPY.fullmatch(path.name))
        # The manifest is written last: an unfinished copy has none and is deleted too.
        whole = [path for path in copies if (path / "backup_manifest").is_file()]
        if keep <= 0 or not whole:
            return
        for old in set(copies) - set(whole[-keep:]):
            shutil.rmtree(old)
        label = (whole[-keep:][0] / "backup_label").read_text()
        found = FIRST_NEEDED.search(label)
        if archive and found:
            pg_programs.run("pg_archivecleanup", str(archive), found[1])
