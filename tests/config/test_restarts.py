"""Processes that exit are restarted, with real processes."""

import json
import os
import signal
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from config import embedded
from config.processes import Child, Recipe, Supervisor
from config.restarts import MAX_WAIT, STABLE_AFTER, Restarter
from tests.waiting import until


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def restarter(supervisor: Supervisor, said: list[str]) -> Restarter:
    return Restarter(supervisor, said.append)


def test_whoever_was_killed_is_started_again_at_once_as_before(
    supervisor: Supervisor, restarter: Restarter, said: list[str]
) -> None:
    command = ["sh", "-c", "echo $WORD; exec sleep 600"]
    child = supervisor.start("sleeper", command, environment={**os.environ, "WORD": "good"})
    other = supervisor.start("other", ["sleep", "600"])
    _kill(child)

    restarter.check(0)

    new, still = supervisor.children
    assert new.process.pid != child.process.pid
    assert new.exit_code is None
    assert still is other
    until(lambda: "good" in new.last_lines())
    assert "sleeper exited with code -9" in said[0]
    assert "restarting now" in said[0]


def test_nobody_is_started_twice(supervisor: Supervisor, restarter: Restarter) -> None:
    _kill(supervisor.start("sleeper", ["sleep", "600"]))

    restarter.check(0)
    [new] = supervisor.children
    restarter.check(1)

    assert supervisor.children == [new]


def test_whoever_falls_again_and_again_waits_longer_and_is_never_given_up(
    supervisor: Supervisor, restarter: Restarter, said: list[str]
) -> None:
    supervisor.start("weak", ["false"])

    for turn in range(10):
        [child] = supervisor.children
        child.process.wait()
        restarter.check(turn * 31.0)
        if supervisor.children == [child]:
            restarter.check(turn * 31.0 + MAX_WAIT)

    waits = [line.rpartition("restarting ")[2] for line in said]
    assert waits[:4] == ["now.", "in 0.5 s.", "in 1 s.", "in 2 s."]
    assert waits[-2:] == ["in 30 s.", "in 30 s."]
    assert len(waits) == 10


def test_an_old_fall_is_forgotten(
    supervisor: Supervisor, restarter: Restarter, said: list[str]
) -> None:
    for now in (0.0, STABLE_AFTER + 1):
        [child] = supervisor.children or [supervisor.start("sleeper", ["sleep", "600"])]
        _kill(child)
        restarter.check(now)

    assert [line.endswith("restarting now.") for line in said] == [True, True]


def test_what_the_dead_one_had_started_is_gone_before_it_starts_again(
    supervisor: Supervisor, restarter: Restarter
) -> None:
    child = supervisor.start("parent", ["sh", "-c", "sleep 600 & sleep 600; true"])
    orphans = _children_of(child)
    _kill(child)

    restarter.check(0)

    psutil.wait_procs(orphans, timeout=5)
    assert [each for each in orphans if each.is_running() and each.status() != "zombie"] == []


def test_what_may_linger_serves_until_the_new_one_has_had_its_time(
    supervisor: Supervisor, restarter: Restarter
) -> None:
    command = ["sh", "-c", "sleep 600 & sleep 600; true"]
    child = supervisor.start_by(Recipe(name="parent", command=command, linger=20))
    orphans = _children_of(child)
    _kill(child)

    restarter.check(time.monotonic())
    alive_at_first = [each.is_running() for each in orphans]
    names = [entry["name"] for entry in json.loads(_record(supervisor))]
    restarter.check(time.monotonic() + 21)

    assert alive_at_first == [True, True]
    assert names == ["parent", "parent"]
    psutil.wait_procs(orphans, timeout=5)
    assert [each for each in orphans if each.is_running() and each.status() != "zombie"] == []
    assert len(json.loads(_record(supervisor))) == 1


def test_what_lingers_ends_with_the_shop_or_before_the_next_start(tmp_path: Path) -> None:
    command = ["sh", "-c", "sleep 600 & sleep 600; true"]
    with Supervisor(tmp_path) as supervisor:
        child = supervisor.start_by(Recipe(name="parent", command=command, linger=20))
        orphans = _children_of(child)
        _kill(child)
        supervisor.restart(child)
        record = _record(supervisor)
        supervisor._lingering.clear()  # as if we had been killed
    (tmp_path / "processes.json").write_text(record)

    with Supervisor(tmp_path):
        psutil.wait_procs(orphans, timeout=5)

    assert [each for each in orphans if each.is_running() and each.status() != "zombie"] == []


def test_the_record_for_the_next_start_names_the_new_process(
    supervisor: Supervisor, restarter: Restarter
) -> None:
    _kill(supervisor.start("sleeper", ["sleep", "600"]))

    restarter.check(0)

    [entry] = json.loads(_record(supervisor))
    assert (entry["name"], entry["pid"]) == ("sleeper", supervisor.children[0].process.pid)


def test_a_program_that_is_not_there_is_said_and_tried_again(
    supervisor: Supervisor, restarter: Restarter, said: list[str], tmp_path: Path
) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    child = supervisor.start("moved", [program])
    program.rename(tmp_path / "elsewhere")
    _kill(child)
    restarter.check(0)
    (tmp_path / "elsewhere").rename(program)

    restarter.check(0.1)
    restarter.check(0.7)

    assert any("moved could not be started" in line for line in said)
    assert supervisor.children[0].exit_code is None


def test_a_killed_postgres_comes_back_with_its_data(
    supervisor: Supervisor, restarter: Restarter
) -> None:
    url = embedded.start(supervisor, ["DATABASE_URL"])[embedded.OWNER_URL]
    with psycopg.connect(embedded.conninfo(url)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    busy = psycopg.connect(embedded.conninfo(url))
    _kill(supervisor.children[0])

    def has_recovered() -> bool:
        restarter.check(time.monotonic())
        return _answers(url)

    until(has_recovered)
    with psycopg.connect(embedded.conninfo(url)) as connection:
        assert connection.execute("SELECT one FROM kept").fetchall() == [(1,)]
    busy.close()


def _record(supervisor: Supervisor) -> str:
    return (supervisor.folder / "processes.json").read_text()


def _kill(child: Child) -> None:
    child.process.send_signal(signal.SIGKILL)
    child.process.wait()


def _children_of(child: Child) -> list[psutil.Process]:
    parent = psutil.Process(child.process.pid)
    until(lambda: len(parent.children()) == 2)
    return list(parent.children())


def _answers(url: str) -> bool:
    try:
        psycopg.connect(embedded.conninfo(url)).close()
    except psycopg.OperationalError:
        return False
    return True
