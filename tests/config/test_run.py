"""`make run`: what it refuses, what it starts, and that it leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from config.processes import StartError
from config.run import Options
from config.run import _environment as environment_of
from tests.config.projects import ROOT, bare_environment

OWN_URLS = ("DATABASE_URL", "REDIS_URL", "MONGODB_URL", "SITE_URL")
GOODS = '{"id": "m1", "name": "Mesa", "category_path": ["Casa", "Mesas"], "price": "100"}\n'


def test_without_any_variable_it_is_the_demo_on_loopback() -> None:
    options = Options.read({})

    assert options.address == "http://127.0.0.1:8000"
    assert options.folder.name == ".data"
    assert options.is_demo


@pytest.mark.parametrize(
    ("environment", "is_demo"),
    [
        ({"HOST": "localhost"}, True),
        ({"HOST": "0.0.0.0"}, False),
        ({"HOST": "0.0.0.0", "DEMO": "1"}, True),
        ({"DATABASE_URL": "postgres://shop@db/shop"}, False),
        ({"DATABASE_URL": "postgres://shop@db/shop", "DEMO": "1"}, True),
        ({"REDIS_URL": ""}, True),
        ({"DEMO": "0"}, False),
    ],
)
def test_demo_logins_never_stand_unasked_where_others_could_use_them(
    environment: dict[str, str], is_demo: bool
) -> None:
    assert Options.read(environment).is_demo is is_demo


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8000 ", "²"])
def test_a_port_that_is_none_is_named(port: str) -> None:
    with pytest.raises(StartError, match="PORT must be a number from 1 to 65535"):
        Options.read({"PORT": port})


def test_a_catalogue_that_is_not_there_is_named() -> None:
    with pytest.raises(StartError, match="CATALOGUE names missing"):
        Options.read({"CATALOGUE": "missing.jsonl"})


def test_the_address_of_a_server_open_to_all_is_one_that_works_here() -> None:
    assert Options.read({"HOST": "0.0.0.0", "PORT": "81"}).address == "http://127.0.0.1:81"
    assert Options.read({"HOST": "::"}).address == "http://[::1]:8000"


@pytest.mark.parametrize(
    ("host", "site", "is_plain"),
    [("127.0.0.1", "", "1"), ("127.0.0.1", "https://shop.pe", "0"), ("0.0.0.0", "", "0")],
)
def test_an_empty_shop_on_loopback_needs_no_proxy(
    host: str, site: str, is_plain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLAIN_HTTP", raising=False)
    monkeypatch.setenv("SITE_URL", site)
    options = Options.read({"HOST": host, "DEMO": "0", "STORE_DATA": str(tmp_path)})

    assert environment_of(options, {})["PLAIN_HTTP"] == is_plain


class Run:
    """One start of the whole shop."""

    def __init__(self, folder: Path, port: int, **extra: str) -> None:
        """Without the demo, in a data folder of its own."""
        environment = {name: value for name, value in os.environ.items() if name not in OWN_URLS}
        environment |= {"STORE_DATA": str(folder), "PORT": str(port), "DEMO": "0", **extra}
        self._start([sys.executable, "-m", "config.run"], ROOT, environment)

    @classmethod
    def by_make(cls, project: Path, *words: str) -> "Run":
        """As a person at a terminal does, who has given no variable."""
        run = cls.__new__(cls)
        run._start(cls.make("run", *words), project, bare_environment())
        return run

    @staticmethod
    def make(*words: str) -> list[str]:
        """The command, which leaves the packages of the tests as they are."""
        return ["make", "--old-file=.venv/.ready", *words]

    def _start(self, command: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        assert self.process.stdout
        self.lines: list[str] = []

    def wait_for(self, text: str) -> None:
        """Until a line with that text, or the end."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            if text in line:
                return
        pytest.fail(f"{text!r} never came:\n{''.join(self.lines)}")

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.rest()

    def rest(self) -> int:
        assert self.process.stdout
        self.lines += self.process.stdout
        self.process.stdout.close()
        return self.process.wait(60)

    def oldest(self, command: str) -> psutil.Process:
        """Of the processes with that in their command line."""
        found = [each for each in self.descendants() if command in " ".join(each.cmdline())]
        return min(found, key=lambda process: process.create_time())

    def descendants(self) -> list[psutil.Process]:
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.mark.whole_shop
def test_a_new_shop_with_its_own_catalogue_serves_and_stops_cleanly(
    folder: Path, tmp_path: Path
) -> None:
    catalogue = tmp_path / "goods.jsonl"
    catalogue.write_text(GOODS)

    run = Run(folder, _free_port(), DEMO="1", CATALOGUE=str(catalogue))
    run.wait_for("is ready at")

    address = run.lines[-1].partition(" at ")[2].split()[0]
    with urlopen(f"{address}healthz", timeout=5) as response:
        assert response.status == 200
    processes = run.descendants()
    assert len(processes) >= 6
    assert run.end(signal.SIGINT) == 0
    assert [process for process in processes if process.is_running()] == []
    said = "".join(run.lines)
    assert "demo logins" not in said
    assert "manage.py createsuperuser" in said


@pytest.mark.whole_shop
def test_after_a_kill_it_is_ready_again_and_whatever_dies_in_it_comes_back(folder: Path) -> None:
    killed = Run(folder, _free_port())
    killed.wait_for("is ready at")
    killed.end(signal.SIGKILL)

    again = Run(folder, _free_port())
    again.wait_for("is ready at")
    address = again.lines[-1].partition(" at ")[2].split()[0]
    for name in ("config.worker", "config.web", "bin/postgres", "valkey-server"):
        again.oldest(name).kill()
        again.wait_for("restarting now")

    _wait_until(lambda: _is_ready(address))
    _wait_until(lambda: again.oldest("config.worker").is_running())
    processes = again.descendants()
    assert again.end(signal.SIGTERM) == 0
    assert [process for process in processes if process.is_running()] == []


@pytest.mark.whole_shop
def test_one_web_process_that_dies_is_replaced_beside_the_others(folder: Path) -> None:
    run = Run(folder, _free_port())
    run.wait_for("is ready at")
    address = run.lines[-1].partition(" at ")[2].split()[0]
    server = run.oldest("config.web")
    victim = server.children()[0]

    victim.kill()

    _wait_until(lambda: len([each for each in server.children() if each != victim]) == 2)
    assert _is_ready(address)
    assert run.end(signal.SIGTERM) == 0
    assert "exited with code" not in "".join(run.lines)
    for name in ("web", "worker"):
        for line in (folder / "logs" / f"{name}.log").read_text().splitlines():
            assert json.loads(line)["event"], line


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = Run(tmp_path, port)

        assert run.rest() == 1

    assert "".join(run.lines).count("\n") == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in run.lines[0]


def test_a_folder_that_cannot_be_made_is_one_sentence() -> None:
    run = Run(Path("/proc/none"), _free_port())

    assert run.rest() == 1
    assert "".join(run.lines).count("\n") == 1
    assert "/proc/none cannot hold the store's data" in run.lines[0]


def test_a_postgresql_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    nobody = f"postgres://shop:secret@127.0.0.1:{_free_port()}/shop"
    run = Run(tmp_path, _free_port(), DATABASE_URL=nobody)

    assert run.rest() == 1
    said = "".join(run.lines)
    assert "vitrina: PostgreSQL cannot be reached" in said
    assert "Traceback" not in said
    assert "secret" not in said


def test_a_signal_in_the_middle_of_starting_stops_it(tmp_path: Path) -> None:
    run = Run(tmp_path, _free_port())
    run.wait_for("Starting")
    time.sleep(0.3)

    assert run.end(signal.SIGTERM) == 0
    assert not (tmp_path / "processes.json").exists()


def _is_ready(address: str) -> bool:
    try:
        with urlopen(f"{address}readyz", timeout=5) as response:
            return b'"redis": "ok"' in response.read()
    except OSError:
        return False


def _wait_until(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
