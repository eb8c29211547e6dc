"""The servers of a test run: one set for all its processes, started before settings are read."""

import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from config import embedded
from config.processes import StartError, Supervisor

FOLDER = Path(__file__).resolve().parent.parent / ".data" / "tests"
MAX_RUNS = 16
SETTINGS = {
    "DEBUG": "0",
    "SECRET_KEY": "a key for tests only, it protects nothing at all",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "DEMO": "0",
    "PLAIN_STATIC": "1",
    "PLAIN_HTTP": "1",
    "SITE_URL": "http://testserver",
    "MAIL_ROOT": str(FOLDER / "mail"),
    "PRIVATE_ROOT": str(FOLDER / "private"),
}


def start(stack: ExitStack) -> None:
    """
    Start the servers that the environment does not name, and put their URLs into it.

    The stack stops them. Test runs side by side get different folders, so none disturbs another;
    each folder is kept, for a warm one starts at once.
    """
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    missing = [name for name in embedded.STARTERS if not os.environ.get(name)]
    if not missing:
        return
    os.environ.update(as_owner(_start_in(_claim_folder(stack), missing)))


def as_owner(urls: Mapping[str, str]) -> dict[str, str]:
    """Who makes databases and empties tables does it as their owner: one role for everything."""
    owner = urls.get(embedded.OWNER_URL)
    found = {name: url for name, url in urls.items() if name != embedded.OWNER_URL}
    return found | ({"DATABASE_URL": owner} if owner else {})


def own_databases(worker: str, environment: Mapping[str, str]) -> dict[str, str]:
    """URLs with databases of its own for one of several test processes, named gw0, gw1, …"""
    number = int(worker.removeprefix("gw")) + 1
    return {
        "REDIS_URL": with_database(environment["REDIS_URL"], str(number)),
        "MONGODB_URL": with_database(environment["MONGODB_URL"], f"test_{worker}"),
    }


def database_url(name: str = "") -> str:
    """A database of our PostgreSQL, this test's own if none is named, for other processes."""
    name = name or settings.DATABASES["default"]["NAME"]
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def _claim_folder(stack: ExitStack) -> Supervisor:
    for number in range(MAX_RUNS):
        with suppress(StartError):
            return stack.enter_context(Supervisor(FOLDER / str(number)))
    raise StartError(f"{MAX_RUNS} test runs are under way already.")


def _start_in(supervisor: Supervisor, variables: list[str]) -> dict[str, str]:
    """What a crash of the machine has spoilt is thrown away: nothing here is worth a repair."""
    try:
        return embedded.start(supervisor, variables, durable=False)
    except StartError:
        while supervisor.children:
            supervisor.children.pop().stop()
        for name in ("postgres", "mongo", "valkey"):
            shutil.rmtree(supervisor.folder / name, ignore_errors=True)
        return embedded.start(supervisor, variables, durable=False)


def with_database(url: str, name: str) -> str:
    """The same server and whatever else the URL says, with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
