"""Lets manage.py reach the embedded servers: those of a running store, or its own for a moment."""

import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from config import embedded
from config.environment import read_file
from config.processes import StartError, Supervisor

ROOT = Path(__file__).resolve().parent.parent
SHARED = (
    *("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "SITE_URL", "PLAIN_HTTP", "DEMO", "EXTRA_APPS"),
    *("SIMULATOR_API_BASE", "SIMULATOR_SECRET"),
    *("DATABASE_OWNER_URL", "BROKER_URL", "BROKER_MASTER", "BROKER_SENTINEL_PASSWORD"),
    *("S3_MEDIA_BUCKET", "S3_MEDIA_URL", "S3_PRIVATE_BUCKET", "S3_ENDPOINT_URL", "S3_REGION"),
    *("S3_ACCESS_KEY", "S3_SECRET_KEY", "BACKUP_KEY"),
)


def data_folder(environment: Mapping[str, str]) -> Path:
    """Where the embedded servers keep their data."""
    return ROOT / (environment.get("STORE_DATA") or ".data")


def missing_servers() -> list[str]:
    """
    The variables of servers that are not configured, which we start ourselves.

    Beside a PostgreSQL of the shop's own no MongoDB is started: the gateways' log stays there.
    """
    missing = [name for name in embedded.STARTERS if not os.environ.get(name)]
    return [name for name in missing if name != "MONGODB_URL" or "DATABASE_URL" in missing]


def defaults(folder: Path, *hosts: str) -> dict[str, str]:
    """Settings good enough for one machine, where the environment has none."""
    own = urlsplit(os.environ.get("SITE_URL", "")).hostname
    names = ["localhost", "127.0.0.1", "[::1]", *hosts, *([own] if own else [])]
    return {
        "SECRET_KEY": _secret_key(folder / "secret-key"),
        "DEBUG": "0",
        "ALLOWED_HOSTS": ",".join(dict.fromkeys(names)),
    }


def share(supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Leave word of a running store's settings for the commands beside it."""
    shared = (*embedded.STARTERS, *SHARED)
    path = _shared(supervisor.folder)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({name: environment[name] for name in shared if name in environment}))
    supervisor.temporary.append(path)


@contextmanager
def servers(*, creates: bool = False) -> Iterator[None]:
    """
    Complete os.environ for one command, if `make run` has made a store here before.

    Where nothing is missing, or there is no such store, the environment is left as it is: the
    settings then say what they lack. With `creates` a store is made where there is none.

    :raises StartError: if a server does not start
    """
    read_file(ROOT / ".env")
    folder = data_folder(os.environ)
    missing = missing_servers()
    if not missing or not (creates or (folder / "postgres").exists()):
        yield
        return
    with ExitStack() as stack:
        try:
            supervisor = stack.enter_context(Supervisor(folder))
        except StartError:
            _complete(_settings_of_running_store(_shared(folder)))
        else:
            started = embedded.start(supervisor, missing)
            _complete({**defaults(folder), "DEMO": "1", **started})
        yield


def _settings_of_running_store(shared: Path) -> dict[str, str]:
    deadline = time.monotonic() + 60
    while not shared.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    try:
        settings: dict[str, str] = json.loads(shared.read_text())
    except FileNotFoundError:
        raise StartError("The store is still being started or stopped: try again.") from None
    return settings


def _complete(values: Mapping[str, str]) -> None:
    for name, value in values.items():
        if not os.environ.get(name):
            os.environ[name] = value


def _shared(folder: Path) -> Path:
    return folder / "environment.json"


def _secret_key(path: Path) -> str:
    """Generated once and stored, so that a restart signs nobody out."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()
