"""
`make upgrade`: brings a shop's data to the version that is checked out here.

It says what it will change, writes a backup, and only then changes anything. It fetches no code and
stops no process: web and worker of the old version sell on until somebody starts them again.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import django
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation

from config import local
from config.preparation import Stamps
from config.processes import StartError
from config.run import say
from config.translations import compile_outdated
from config.version import STAMP, version

# Every shop since the first release has taken this migration.
FIRST = ("core", "0001_initial")
NEXT = """
Web and workers still run the old version: start them again now.
  make run:   stop it with Ctrl-C, and start it again
  systemd:    sudo systemctl restart vitrina    (or vitrina-web vitrina-worker)
What has come in by then is safe: both versions can write to these tables.
"""
BACK = """To go back, stop the shop, and then:
  git checkout {before} && make setup
  .venv/bin/python manage.py restore {backup} --replace
What was ordered and paid after the backup is not in it.
"""


@dataclass(frozen=True)
class Options:
    """What the person who upgrades has chosen, by environment variables."""

    folder: Path
    backup: Path
    only_plans: bool
    is_agreed: bool

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Options":
        folder = local.data_folder(environment)
        moment = datetime.now().astimezone()
        usual = folder / "backups" / f"before-upgrade-{moment:%Y-%m-%d-%H%M%S}.tar"
        return cls(
            folder=folder,
            backup=Path(environment.get("BACKUP") or usual),
            only_plans=bool(environment.get("PLAN")),
            is_agreed=bool(environment.get("YES")) or not sys.stdin.isatty(),
        )


def main() -> int:
    """Upgrade the shop that the environment names; gives the exit code."""
    os.chdir(local.ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("PGAPPNAME", "make upgrade")
    try:
        with local.servers():
            compile_outdated()
            django.setup()
            # Needs settings.
            from core.database.roles import as_owner  # noqa: PLC0415

            # English, as all that is said here: the commands would speak the shop's language.
            with as_owner(), translation.override("en"):
                return upgrade(Options.read(os.environ))
    except StartError as error:
        sys.stderr.write(f"vitrina: {error}\n")
        return 1


def upgrade(options: Options) -> int:
    """
    Print the plan, back up, upgrade, verify. Returns the exit code.

    :raises StartError: if it cannot begin or fails; the text names the steps done so far
    """
    _check_way()
    steps = waiting()
    before = _before(options.folder)
    now = version()
    say(f"This shop goes from {before or 'the version before (see git reflog)'} to {now}.")
    say(f"{len(steps)} steps change its tables{':' if steps else '.'}")
    for step in steps:
        say(f"  {step}")
    say(f"First all of it is written to {options.backup}.")
    if options.only_plans or not (options.is_agreed or _is_agreed()):
        say("Nothing was changed.")
        return 0
    _step("The backup", lambda: _back_up(options.backup), left="Nothing was changed.")
    way_back = BACK.format(before=before or "VERSION-BEFORE", backup=options.backup)
    say("Changing the tables …")
    _step("The change", lambda: call_command("migrate", "--no-input", verbosity=0), left=way_back)
    say("Collecting static files …")
    collect = ("collectstatic", "--no-input")
    _step("Collecting", lambda: call_command(*collect, verbosity=0), left=way_back)
    fine = _prove()
    options.folder.mkdir(parents=True, exist_ok=True)
    Stamps(options.folder).put(STAMP, now)
    say(f"\nThe data is that of {now}.{NEXT}\n{way_back}")
    return 0 if fine else 1


def waiting() -> list[str]:
    """The migrations that this database still has to take, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label} {migration.name}" for migration, _is_back in plan]


def _check_way() -> None:
    """
    Whether this version can take over what the database has.

    :raises StartError: if there is no shop in it, a newer one, or one from before the first release
    """
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except DatabaseError as error:
        raise StartError(f"The database does not answer: {str(error).strip()}") from None
    if not applied:
        raise StartError("There is no shop in this database yet: make run makes one.")
    if FIRST not in applied:
        raise StartError(
            "This shop was made before the first release, by migrations that are no longer there: "
            "no version can take it over (docs/upgrading.md)."
        )
    # Without the connection, so that only the files are read.
    loader = MigrationLoader(None)
    known = set(loader.disk_migrations)
    newer = sorted(key for key in applied - known if key[0] in loader.migrated_apps)
    if newer:
        raise StartError(
            f"A newer version has written to this database ({newer[0][0]} {newer[0][1]}): "
            "check that one out, or restore the backup that was made before it."
        )


def _before(folder: Path) -> str:
    path = folder / "stamps" / STAMP
    return path.read_text("utf-8") if path.exists() else ""


def _is_agreed() -> bool:
    return input("Go on? [y/N] ").strip().lower() in {"y", "yes", "s", "si", "sí"}


def _back_up(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    call_command("backup", str(file))


def _step(name: str, work: Callable[[], object], *, left: str) -> None:
    """:raises StartError: if it fails, naming the steps done so far"""
    try:
        work()
    except (CommandError, DatabaseError, OSError) as error:
        raise StartError(f"{name} failed: {str(error).strip()}\n{left}") from error


def _prove() -> bool:
    """Run `check --deploy` and the book checks; each reports its faults."""
    is_fit = _passes("check", deploy=True, databases=[DEFAULT_DB_ALIAS])
    return all([is_fit, _passes("check_stock"), _passes("check_orders")])


def _passes(command: str, **options: object) -> bool:
    say(f"Asking {command} …")
    try:
        call_command(command, **options)
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return False
    except SystemExit as end:
        return not end.code
    return True


if __name__ == "__main__":
    sys.exit(main())
