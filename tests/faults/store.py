"""A whole demo shop as `make run` starts it, in its own folder, with a mail server beside it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import urlopen

import psutil
import psycopg

from config import embedded, local
from config.embedded import conninfo, free_port
from config.local import ROOT
from config.processes import Supervisor
from tests import databases, mailbox
from tests.faults import clock
from tests.faults.clock import MovableClock
from tests.faults.room import SIZE_OF_ALL, Room, room, small_rooms
from tests.processes import command_line
from tests.servers import as_owner

SERVERS = ("DATABASE_URL", "REDIS_URL", "MONGODB_URL")
STARTS_WITHIN = 300  # seconds, on a machine that does much else


@dataclass
class Store:
    """What the faults do something to."""

    folder: Path
    # Where visitors find it: the address of what stands before it.
    site: str
    port: int
    log: Path
    clock: MovableClock | None
    rooms: list[Room]
    # Of all its data.
    disk: Room | None
    process: subprocess.Popen[bytes]
    mail_port: int
    mail: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        """Of the web server itself, for what is asked by any name: `/healthz` and so on."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[mailbox.Mail]:
        """What the mail server has got, whether its sender knows or not."""
        return mailbox.read(self._mail_file)

    @property
    def environment(self) -> dict[str, str]:
        """For a program that works on this shop, as `manage.py` beside it does."""
        shared: dict[str, str] = json.loads((self.folder / "environment.json").read_text())
        return _bare() | shared | self._own

    @property
    def _own(self) -> dict[str, str]:
        return _environment(self.folder, self.site, self.port, self.mail_port, self.clock)

    @property
    def _mail_file(self) -> Path:
        return self.folder / mailbox.MAILS

    def is_run_by_us(self, name: str) -> bool:
        """Whether `make run` looks after it; the mail server is somebody else's."""
        return name != "mail"

    def pid(self, name: str) -> int:
        """Of one of its programs as it runs now: `postgres`, `web` and so on, or `mail`."""
        if name == "mail":
            return self.mail.pid
        pid: int = self._entry(name)["pid"]
        return pid

    def stop_signal(self, name: str) -> signal.Signals:
        """By which it is asked to end."""
        return signal.SIGTERM if name == "mail" else signal.Signals(self._entry(name)["signal"])

    def part_of(self, name: str, random: Random, words: str = "") -> int:
        """One of the processes that this one has started; it may have to start them first."""
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            children = psutil.Process(self.pid(name)).children()
            found: list[int] = [each.pid for each in children if words in command_line(each)]
            if found:
                return random.choice(sorted(found))
            time.sleep(0.1)
        raise TimeoutError(f"{name} has no processes")

    def send(self, name: str, number: signal.Signals) -> None:
        os.kill(self.pid(name), number)

    def start_mail(self) -> None:
        """Also again, when it is gone: anyone who runs it does so."""
        command = [sys.executable, "-m", "tests.mailbox", str(self.mail_port), str(self._mail_file)]
        self.mail = subprocess.Popen(command, cwd=ROOT)

    def tend_mail(self) -> None:
        """Start the mail server again if it has ended."""
        if self.mail.poll() is not None:
            self.start_mail()

    def _entry(self, name: str) -> Any:
        for _ in range(50):
            with suppress(json.JSONDecodeError):  # it is being written
                entries = json.loads((self.folder / "processes.json").read_text())
                return next(entry for entry in entries if entry["name"] == name)
            time.sleep(0.02)
        raise TimeoutError("processes.json cannot be read")


def _environment(
    folder: Path, site: str, port: int, mail_port: int, movable: MovableClock | None
) -> dict[str, str]:
    return {
        "STORE_DATA": str(folder),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DEMO": "1",
        "SITE_URL": site,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "MEDIA_ROOT": str(folder / "media"),
        "PRIVATE_ROOT": str(folder / "private"),
        "MAIL_ROOT": str(folder / "mail"),
        **(movable.environment if movable else {}),
    }


@contextmanager
def running(folder: Path, site: str) -> Iterator[Store]:
    """
    The shop, ready to sell at that address, until the block ends.

    It finds tables and the demo's goods without smaller copies of their pictures, which take long
    to make: that it makes them itself is seen in tests/config and tests/demoshop.
    """
    port, mail_port = free_port(), free_port()
    with ExitStack() as stack:
        disk = stack.enter_context(room(folder, SIZE_OF_ALL))
        folder.chmod(0o755)
        movable, log = clock.make(folder), folder / "run.log"
        environment = _bare() | _environment(folder, site, port, mail_port, movable)
        _furnish(folder, environment)
        rooms = stack.enter_context(small_rooms(folder))
        output = stack.enter_context(log.open("wb"))
        process = subprocess.Popen(
            [sys.executable, "-m", "config.run"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        stack.callback(_stop, process)
        store = Store(folder, site, port, log, movable, rooms, disk, process, mail_port)
        store.start_mail()
        stack.callback(lambda: _stop(store.mail))
        _wait_until_ready(store)
        yield store


def _furnish(folder: Path, environment: Mapping[str, str]) -> None:
    with Supervisor(folder) as supervisor:
        urls = as_owner(embedded.start(supervisor, list(SERVERS)))
        databases.copy_tables(urls["DATABASE_URL"])
        subprocess.run(
            [sys.executable, "manage.py", "seed_demo", "--without-copies"],
            cwd=ROOT,
            env={
                **local.defaults(folder),
                **environment,
                **urls,
                "SIMULATOR_STORE": str(folder / "simulator.sqlite3"),
            },
            stdout=subprocess.DEVNULL,
            check=True,
        )
        with psycopg.connect(conninfo(urls["DATABASE_URL"])) as database:
            # Else the worker would make the copies while the faults happen.
            database.execute("UPDATE catalog_productimage SET copied_at = now()")


def _bare() -> dict[str, str]:
    """Our environment, without what belongs to the tests' own servers and settings."""
    ours: Mapping[str, str] = os.environ
    dropped = {*SERVERS, "PLAIN_STATIC", "PLAIN_HTTP", "DJANGO_SETTINGS_MODULE", "SECRET_KEY"}
    return {name: value for name, value in ours.items() if name not in dropped}


def _wait_until_ready(store: Store) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while "is ready at" not in store.log.read_text():
        if store.process.poll() is not None or time.monotonic() > deadline:
            raise TimeoutError(f"The shop did not start:\n{store.log.read_text()}")
        time.sleep(0.2)
    with urlopen(f"{store.url}/readyz", timeout=20) as answer:
        answer.read()


def _stop(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGCONT)
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
