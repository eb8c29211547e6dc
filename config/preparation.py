"""Prepare a reachable database for the shop: tables, translations, demo data."""

import hashlib
import json
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg

from config.embedded import conninfo
from config.processes import StartError, Supervisor
from config.translations import compile_outdated
from config.version import STAMP, version

ROOT = Path(__file__).resolve().parent.parent
MANAGE = (sys.executable, "-W", "ignore", str(ROOT / "manage.py"))


class Stamps:
    """Remembers, in the data folder, what a step was last done for; so that it is done once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "stamps"
        self.folder.mkdir(exist_ok=True)

    def has(self, step: str, value: str) -> bool:
        """Whether that step was last done for this value."""
        path = self.folder / step
        return path.exists() and path.read_text() == value

    def put(self, step: str, value: str) -> None:
        """Remember that the step is done."""
        (self.folder / step).write_text(value)


@dataclass(frozen=True)
class Preparation:
    """The steps, for one data folder and one environment; each says what it does."""

    supervisor: Supervisor
    environment: Mapping[str, str]
    is_own_database: bool
    say: Callable[[str], None]

    @property
    def stamps(self) -> Stamps:
        """The steps done for this data folder."""
        return Stamps(self.supervisor.folder)

    def prepare(self, catalogue: Path | None, *, is_demo: bool) -> None:
        """
        Bring texts, tables, static files and goods up to date; quick where nothing is to do.

        :raises StartError: if a step fails
        """
        for path in compile_outdated():
            self.say(f"Compiled {path.relative_to(ROOT)}")
        self._migrate()
        self.stamps.put(STAMP, version())  # for the way back of an upgrade
        self._collect_static()
        if catalogue:
            self._load_catalogue(catalogue)
        elif is_demo:
            self._load_demo()
        if not self._finds("SELECT 1 FROM accounts_user WHERE is_superuser"):
            self.say(
                "Nobody can open the admin yet: make the first account with "
                ".venv/bin/python manage.py createsuperuser"
            )

    def demo_logins(self) -> list[str]:
        """The demo logins and their password; none without demo data."""
        shop = json.loads((ROOT / "demo" / "shop.json").read_text("utf-8"))
        return [
            f"{login['email']} / {login['password']}"
            for login in shop["logins"]
            if self._finds("SELECT 1 FROM accounts_user WHERE email = %s", login["email"])
        ]

    def _migrate(self) -> None:
        """Tables and roles. For an external database only Django can say what is missing."""
        wanted = fingerprint(
            [
                *ROOT.glob("*/migrations/*.py"),
                *ROOT.glob("*/sql/*.sql"),
                *(ROOT / "accounts/permissions.py", ROOT / "uv.lock"),
            ]
        )
        if self.is_own_database and self.stamps.has("migrated", wanted):
            return
        self._check_that_it_answers()
        self.say("Preparing the tables …")
        self._manage("migrate", "--no-input", "--verbosity", "0")
        self.stamps.put("migrated", wanted)

    def _check_that_it_answers(self) -> None:
        try:
            self._finds("SELECT 1")
        except psycopg.OperationalError as error:
            said = str(error).strip().splitlines()[0]
            raise StartError(
                f"PostgreSQL cannot be reached ({said}): see whether it runs, and DATABASE_URL."
            ) from None

    def _collect_static(self) -> None:
        wanted = fingerprint([*ROOT.glob("static/**/*"), ROOT / "uv.lock"])
        if self.stamps.has("static", wanted):
            return
        self.say("Collecting static files …")
        self._manage("collectstatic", "--no-input", "--verbosity", "0")
        self.stamps.put("static", wanted)

    def _load_demo(self) -> None:
        """Again, if the last attempt did not come to its end."""
        if self._has_products() and not self.stamps.has("loading", "demo"):
            return
        self.say("Loading the demo shop …")
        self.stamps.put("loading", "demo")
        self._manage("seed_demo")
        self.stamps.put("loading", "")

    def _load_catalogue(self, catalogue: Path) -> None:
        """Lines that cannot be read do not keep the store from opening; an empty store does."""
        wanted = fingerprint([catalogue.resolve()])
        if self.stamps.has("catalogue", wanted) and self._has_products():
            return
        self.say(f"Loading {catalogue} …")
        options = shlex.split(self.environment.get("CATALOGUE_OPTIONS", ""))
        code = self._run("load_catalogue", str(catalogue), *options)
        if not self._has_products():
            raise StartError(f"Nothing could be loaded from {catalogue} (exit code {code}).")
        self.stamps.put("catalogue", wanted)

    def _manage(self, *arguments: str) -> None:
        if code := self._run(*arguments):
            raise StartError(f"manage.py {arguments[0]} failed with exit code {code}; see above.")

    def _run(self, *arguments: str) -> int:
        return self.supervisor.run([*MANAGE, *arguments], environment=self.environment)

    def _has_products(self) -> bool:
        return self._finds("SELECT 1 FROM catalog_product")

    def _finds(self, query: LiteralString, *values: str) -> bool:
        with psycopg.connect(
            conninfo(self.environment["DATABASE_URL"]), connect_timeout=10
        ) as connection:
            return connection.execute(query, values).fetchone() is not None


def fingerprint(paths: Iterable[Path]) -> str:
    """Changes when one of the files does, or comes, or goes."""
    states = sorted(
        (str(path), path.stat().st_size, path.stat().st_mtime_ns)
        for path in paths
        if path.is_file()
    )
    return hashlib.sha256(json.dumps(states).encode()).hexdigest()
