"""`make run`: what it refuses, what it starts, and that it leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from config.embedded import free_port
from config.processes import StartError
from config.run import Options
from config.run import _environment as environment_of
from config.run import run as start_store
from tests.config.projects import ROOT, bare_environment, copied_project
from tests.processes import command_line
from tests.waiting import until

OWN_URLS = ("DATABASE_URL", "REDIS_URL", "MONGODB_URL", "SITE_URL")
SERVERS = {
    "config.worker": "worker",
    "config.web": "web",
    "bin/postgres": "postgres",
    "valkey-server": "valkey",
}
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
    def by_make(cls, project: Path) -> "Run":
        """As a person at a terminal does, who has set no variable."""
        run = cls.__new__(cls)
        run._start(make_command("run"), project, bare_environment())
        return run

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
        pytest.fail(f"{text!r} never came:\n{self.output}")

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.rest()

    def rest(self) -> int:
        assert self.process.stdout
        self.lines += self.process.stdout
        self.process.stdout.close()
        return self.process.wait(60)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def oldest(self, command: str) -> psutil.Process:
        """Of the processes with that in their command line, as soon as there is one."""
        until(lambda: self._with(command))
        return min(self._with(command), key=lambda process: process.create_time())

    def _with(self, command: str) -> list[psutil.Process]:
        return [each for each in self.descendants() if command in command_line(each)]

    def descendants(self) -> list[psutil.Process]:
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found


def make_command(*words: str) -> list[str]:
    """It leaves the packages of the tests as they are."""
    return ["make", "--old-file=.venv/.ready", *words]


@dataclass(frozen=True)
class Project:
    """A checkout whose `.env` names the port, the data folder and the goods."""

    root: Path
    data: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def write_env(self, *, demo: bool) -> None:
        lines = [
            *("DEBUG=0", f"DEMO={demo:d}", "SITE_URL=https://shop.example.com"),
            *("EMAIL_URL=smtp://127.0.0.1:9", f"STORE_DATA={self.data}", f"PORT={self.port}"),
            f"CATALOGUE={self.root / 'goods.jsonl'}",
        ]
        (self.root / ".env").write_text("\n".join(lines))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "shop"
    root = copied_project(folder / "project")
    (root / "goods.jsonl").write_text(GOODS)
    return Project(root, folder / "data", free_port())


@pytest.mark.whole_shop
def test_make_run_and_make_upgrade_honour_env_and_after_a_kill_it_is_ready_again(
    project: Project,
) -> None:
    project.write_env(demo=False)

    run = Run.by_make(project.root)
    run.wait_for("is ready at")
    with urlopen(f"{project.address}healthz", timeout=5) as response:
        assert response.status == 200
    plan = subprocess.run(
        make_command("upgrade", "PLAN=1"),
        cwd=project.root,
        env=bare_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    run.oldest("-m config.run").kill()
    run.rest()

    assert f"is ready at {project.address}" in run.output
    assert "demo" not in run.output
    assert "manage.py createsuperuser" in run.output
    assert (project.data / "postgres").is_dir()
    assert not (project.root / ".data" / "postgres").exists()
    assert plan.returncode == 0, plan.stderr
    assert f"written to {project.data}/backups/" in plan.stdout
    project.write_env(demo=True)
    again = Run.by_make(project.root)
    again.wait_for("is ready at")
    replaces_each_process_that_dies(again, project)
    assert "demo logins" not in again.output, "its goods are not the demo's"


def replaces_each_process_that_dies(again: Run, project: Project) -> None:
    """And leaves none behind when it is stopped."""
    replaces_one_web_process(again, project)
    for command, name in SERVERS.items():
        again.oldest(command).kill()
        again.wait_for(f"{name} exited with code")
        assert "restarting now" in again.lines[-1]
        assert again.output.count("web exited") == (name != "worker")

    until(lambda: _is_ready(project.address))
    again.oldest("config.worker")
    processes = again.descendants()
    again.oldest("-m config.run").send_signal(signal.SIGINT)
    assert again.rest() == 0
    assert len(processes) >= 6
    assert [process for process in processes if process.is_running()] == []


def replaces_one_web_process(run: Run, project: Project) -> None:
    """The others serve on meanwhile."""
    server = run.oldest("config.web")
    victim = server.children()[0]

    victim.kill()

    until(lambda: len([each for each in server.children() if each != victim]) == 2)
    assert _is_ready(project.address)
    for name in ("web", "worker"):
        for line in (project.data / "logs" / f"{name}.log").read_text().splitlines():
            assert json.loads(line)["event"], line


def refusal(folder: Path, port: int) -> str:
    environment = {"STORE_DATA": str(folder), "PORT": str(port), "DEMO": "0"}
    with pytest.raises(StartError) as refused:
        start_store(Options.read(environment))
    return str(refused.value)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert f"Port {port} on 127.0.0.1 cannot be used" in refusal(tmp_path, port)


def test_a_folder_that_cannot_be_made_is_named() -> None:
    assert "/proc/none cannot hold the store's data" in refusal(Path("/proc/none"), free_port())


def test_a_postgresql_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    nobody = f"postgres://shop:secret@127.0.0.1:{free_port()}/shop"
    run = Run(tmp_path, free_port(), DATABASE_URL=nobody)

    assert run.rest() == 1
    assert run.lines[-1].startswith("vitrina: PostgreSQL cannot be reached")
    assert "Traceback" not in run.output
    assert "secret" not in run.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_starting_stops_it(
    tmp_path: Path, number: signal.Signals
) -> None:
    run = Run(tmp_path, free_port())
    run.wait_for("Starting")
    time.sleep(0.3)

    assert run.end(number) == 0
    assert not (tmp_path / "processes.json").exists()


def _is_ready(address: str) -> bool:
    try:
        with urlopen(f"{address}readyz", timeout=5) as response:
            told = response.read()
            return all(f'"{server}": "ok"'.encode() in told for server in ("redis", "postgresql"))
    except OSError:
        return False
