"""The embedded servers, with real processes: started, stopped, killed, and started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from redis import Redis

from config import embedded
from config.processes import StartError, Supervisor

HOLD_THE_SERVERS = """
import json, signal, sys, time
from pathlib import Path
from config import embedded
from config.processes import Supervisor
# Anyone who starts the tests in the background has this signal ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
with Supervisor(Path(sys.argv[1])) as supervisor:
    urls = embedded.start(supervisor, sys.argv[2:])
    print(json.dumps(urls), flush=True)
    time.sleep(600)
"""


class Launcher:
    """Another process that runs servers of a folder."""

    def __init__(self, folder: Path, *variables: str) -> None:
        command = [sys.executable, "-c", HOLD_THE_SERVERS, str(folder), *variables]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.urls = json.loads(self.process.stdout.readline())
        self.children = psutil.Process(self.process.pid).children()

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        assert self.process.stdout
        self.process.stdout.close()
        return self.process.wait(30)


@pytest.fixture
def launcher(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Launcher]:
    """Runs all servers, or those that the test is parametrized with."""
    launcher = Launcher(tmp_path, *getattr(request, "param", embedded.STARTERS))
    yield launcher
    if launcher.process.poll() is None:
        launcher.end(signal.SIGINT)


def test_nothing_runs_when_the_block_has_ended_and_what_was_written_is_there_again(
    tmp_path: Path,
) -> None:
    with Supervisor(tmp_path) as supervisor:
        _write(embedded.start(supervisor, embedded.STARTERS))
        pids = [child.process.pid for child in supervisor.children]
        assert all(psutil.pid_exists(pid) for pid in pids)

    assert not any(psutil.pid_exists(pid) for pid in pids)
    with Supervisor(tmp_path) as supervisor:
        assert _count(embedded.start(supervisor, embedded.STARTERS)) == (1, 1, 1)


def test_servers_that_somebody_else_runs_are_not_started(supervisor: Supervisor) -> None:
    urls = embedded.start(supervisor, ["REDIS_URL"])

    assert list(urls) == ["REDIS_URL"]
    assert [child.name for child in supervisor.children] == ["valkey"]


@pytest.mark.parametrize("launcher", [["REDIS_URL"]], indirect=True)
def test_a_second_launcher_is_refused_and_learns_who_was_first(
    launcher: Launcher, tmp_path: Path
) -> None:
    with pytest.raises(StartError, match=f"in use by process {launcher.process.pid}: stop"):
        Supervisor(tmp_path).__enter__()

    assert all(child.is_running() for child in launcher.children)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal exists on Linux only")
def test_servers_end_when_their_launcher_is_killed(launcher: Launcher) -> None:
    launcher.end(signal.SIGKILL)

    _, alive = psutil.wait_procs(launcher.children, timeout=15)
    assert [child for child in alive if child.status() != psutil.STATUS_ZOMBIE] == []


@pytest.mark.parametrize("launcher", [["MONGODB_URL"]], indirect=True)
def test_a_hung_server_does_not_outlive_its_killed_launcher(launcher: Launcher) -> None:
    [mongo] = launcher.children
    mongo.suspend()

    launcher.end(signal.SIGKILL)

    _gone, alive = psutil.wait_procs([mongo], timeout=10)
    assert alive == []


def test_a_start_right_after_the_launcher_was_killed_finds_everything(
    launcher: Launcher, tmp_path: Path
) -> None:
    _write(launcher.urls)

    launcher.end(signal.SIGKILL)

    with Supervisor(tmp_path) as supervisor:
        assert _count(embedded.start(supervisor, embedded.STARTERS)) == (1, 1, 1)


def test_a_start_after_everything_was_killed_finds_everything(
    launcher: Launcher, tmp_path: Path
) -> None:
    _write(launcher.urls)
    time.sleep(1.1)  # Valkey flushes once a second

    for child in launcher.children:
        child.kill()
    launcher.end(signal.SIGKILL)

    with Supervisor(tmp_path) as supervisor:
        assert _count(embedded.start(supervisor, embedded.STARTERS)) == (1, 1, 1)


def test_a_leftover_server_is_ended_before_the_next_start(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    with supervisor:
        child = supervisor.start("sleeper", ["sleep", "600"])
        record = (tmp_path / "processes.json").read_text()
        supervisor.children.clear()  # as if we had been killed
    (tmp_path / "processes.json").write_text(record)

    with Supervisor(tmp_path):
        assert child.process.wait(5) == -signal.SIGTERM


def test_a_stranger_with_the_number_of_a_leftover_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "600"]) as stranger:
        entry = {"pid": stranger.pid, "started": "another time", "signal": signal.SIGTERM}
        (tmp_path / "processes.json").write_text(json.dumps([entry]))

        with Supervisor(tmp_path):
            assert stranger.poll() is None

        stranger.kill()


def test_a_pid_file_whose_number_is_taken_does_not_stop_postgres(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        embedded.start(supervisor, ["DATABASE_URL"])
    pid_file = tmp_path / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{tmp_path}\n1700000000\n5432\n\n\n0 0\nready\n")

    with Supervisor(tmp_path) as supervisor:
        assert "DATABASE_URL" in embedded.start(supervisor, ["DATABASE_URL"])


def test_data_of_another_version_of_postgres_is_left_alone(supervisor: Supervisor) -> None:
    data = supervisor.folder / "postgres"
    data.mkdir(mode=0o700)
    (data / "PG_VERSION").write_text("17\n")

    with pytest.raises(StartError, match=r"is of PostgreSQL 17, .* docs/postgresql-versions\.md"):
        embedded.start(supervisor, ["DATABASE_URL"])

    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)

    with Supervisor(deep) as supervisor:
        url = embedded.start(supervisor, ["DATABASE_URL"])[embedded.OWNER_URL]
        sockets = Path(str(conninfo_to_dict(embedded.conninfo(url))["host"]))
        assert not sockets.is_relative_to(deep)
        assert sockets.exists()

    assert not sockets.exists()


def test_in_a_folder_closed_to_others_an_interrupted_first_start_is_begun_again(
    tmp_path: Path,
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    half_done = closed / "data" / "postgres.new"
    half_done.mkdir(parents=True)
    (half_done / "PG_VERSION").write_text("18\n")

    with Supervisor(closed / "data") as supervisor:
        assert "DATABASE_URL" in embedded.start(supervisor, ["DATABASE_URL"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_programs_in_a_checkout_closed_to_others_find_each_other(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    program = closed / "postgres"
    program.touch(mode=0o755)
    data = closed / "data"

    entry = embedded._way_in(embedded.unprivileged(data), closed, data)

    ask = f"import os; print(os.getuid(), os.access({str(program)!r}, os.R_OK | os.X_OK))"
    said = subprocess.run(
        [*entry, sys.executable, "-c", ask], capture_output=True, text=True, check=True
    )
    user, can_enter = said.stdout.split()
    assert (user != "0", can_enter) == (True, "True")


def test_a_server_that_cannot_start_shows_the_end_of_its_log(supervisor: Supervisor) -> None:
    (supervisor.folder / "postgres").mkdir(mode=0o700)

    with pytest.raises(StartError) as refusal:
        embedded.start(supervisor, ["DATABASE_URL"])

    assert "postgres did not start" in str(refusal.value)
    assert str(supervisor.folder / "logs" / "postgres.log") in str(refusal.value)


def test_valkey_asks_for_its_password(supervisor: Supervisor) -> None:
    url = embedded.start(supervisor, ["REDIS_URL"])["REDIS_URL"]

    with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(100).startswith(b"-NOAUTH")


def test_mongodb_tells_nobody_anything_without_its_password(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        first = embedded.start(supervisor, ["MONGODB_URL"])["MONGODB_URL"]
        secret = urlsplit(first).password or ""
        [server] = supervisor.children
        with MongoClient[dict[str, int]](first) as mongo:
            mongo.get_default_database().kept.insert_one({"one": 1})

        for stranger in (first.replace(f"vitrina:{secret}@", ""), first.replace(secret, "guessed")):
            with (
                MongoClient[dict[str, int]](stranger) as mongo,
                pytest.raises(OperationFailure, match="auth"),
            ):
                mongo.get_default_database().kept.find_one()

        assert secret
        assert secret not in " ".join(psutil.Process(server.process.pid).cmdline())
    with Supervisor(tmp_path) as supervisor:
        second = embedded.start(supervisor, ["MONGODB_URL"])["MONGODB_URL"]
        with MongoClient[dict[str, int]](second) as mongo:
            assert mongo.get_default_database().kept.count_documents({}) == 1
        assert urlsplit(second).password != secret


def _write(urls: dict[str, str]) -> None:
    with _postgres(urls) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    with Redis.from_url(urls["REDIS_URL"]) as redis:
        redis.incr("kept")
    with MongoClient[dict[str, int]](urls["MONGODB_URL"]) as mongo:
        mongo.get_default_database().kept.insert_one({"one": 1})


def _count(urls: dict[str, str]) -> tuple[int, int, int]:
    with _postgres(urls) as connection:
        rows = len(connection.execute("SELECT one FROM kept").fetchall())
    with Redis.from_url(urls["REDIS_URL"]) as redis:
        increments = int(redis.get("kept") or 0)
    with MongoClient[dict[str, int]](urls["MONGODB_URL"]) as mongo:
        documents = mongo.get_default_database().kept.count_documents({})
    return rows, increments, documents


def _postgres(urls: dict[str, str]) -> psycopg.Connection:
    return psycopg.connect(embedded.conninfo(urls[embedded.OWNER_URL]))
