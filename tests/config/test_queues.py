"""Each kind of work has its queue, and somebody who works it off."""

import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from django.utils import timezone
from redis import Redis

from backoffice.monitoring import queues
from config.celery import app
from config.clock import MAX_WAITING, Clock
from config.embedded import conninfo
from config.processes import Supervisor
from config.schedule import HEARTBEAT, TASKS
from payments.models import IdempotencyKey
from tests import servers
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_every_task_has_a_queue_on_purpose() -> None:
    app.loader.import_default_modules()
    tasks = {name for name in app.tasks if not name.startswith("celery.")}
    placed = [HEARTBEAT, *(task for tasks in TASKS.values() for task in tasks)]

    assert tasks - set(placed) == set(), "these have no queue in config/schedule.py"
    assert set(placed) - tasks == set(), "there are no such tasks"
    assert len(placed) == len(set(placed)), "one task, one queue"


def test_a_task_goes_to_its_queue_alone() -> None:
    found = {
        name: {app.amqp.router.route({}, task)["queue"].name for task in tasks}
        for name, tasks in TASKS.items()
    }

    assert found == {name: {name} for name in TASKS}
    assert {queue.routing_key for queue in app.amqp.queues.values()} == TASKS.keys()


def test_the_clock_sends_tasks_that_exist_and_shows_each_queue() -> None:
    app.loader.import_default_modules()
    entries = app.conf.beat_schedule.values()
    shown = {entry["options"]["queue"] for entry in entries if "options" in entry}

    assert {entry["task"] for entry in entries} <= app.tasks.keys()
    assert shown == TASKS.keys()


def test_a_task_of_half_a_night_is_not_given_to_a_second_worker() -> None:
    with app.connection_for_read(os.environ["REDIS_URL"]) as connection:
        channel: Any = connection.default_channel
        assert channel.visibility_timeout >= timedelta(hours=6).total_seconds()


def test_one_worker_without_a_choice_serves_all_queues() -> None:
    assert app.amqp.queues.consume_from.keys() == TASKS.keys()


def test_the_containers_serve_every_queue_once() -> None:
    commands = [service.get("command", []) for service in COMPOSE["services"].values()]
    served = [
        name
        for command in commands
        if "worker" in command
        for name in command[command.index("--queues") + 1].split(",")
    ]

    assert sorted(served) == sorted(TASKS)


def test_a_clock_that_is_set_back_makes_no_task_wait_for_it(
    tmp_path: Path, redis_server: Redis
) -> None:
    clock = Clock(app, schedule_filename=str(tmp_path / "clock"))
    clock.tick()
    late = timezone.now() + timedelta(minutes=10)
    for entry in clock.schedule.values():
        entry.last_run_at = late
    clock._heap = None
    waits_before = clock.tick()
    assert clock._ahead
    clock._ahead += 600  # as if the time had been set back by ten minutes since

    waits = [clock.tick() for _ in range(3)]
    clock.close()

    assert waits_before > 30
    assert max(waits) < 5


def test_the_clock_fills_no_queue_that_nobody_works_off(
    tmp_path: Path, redis_server: Redis
) -> None:
    clock = Clock(app, schedule_filename=str(tmp_path / "clock"))
    redis_server.rpush("bulk", *["{}"] * MAX_WAITING)
    entries = clock.schedule

    clock.apply_entry(entries["backoffice.tasks.work_off_sheets"], producer=clock.producer)
    clock.apply_entry(entries["payments.tasks.process_webhooks"], producer=clock.producer)
    clock.apply_entry(entries["heartbeat of bulk"], producer=clock.producer)
    clock.close()
    clock.connection.close()

    assert redis_server.llen("bulk") == MAX_WAITING
    assert redis_server.llen("money") == 1


@pytest.fixture
def workers(tmp_path: Path, transactional_db: None) -> Iterator[None]:
    """One for imports and one for the nightly tasks, with one thread each."""
    environment = {**os.environ, "DATABASE_URL": servers.database_url()}
    with Supervisor(tmp_path) as supervisor:
        for queue in ("bulk", "reports"):
            command = [
                *(sys.executable, "-m", "celery", "--app", "config", "worker", "--queues", queue),
                *("--pool", "threads", "--concurrency", "1", "--hostname", f"{queue}@test"),
                *("--without-gossip", "--without-mingle"),
            ]
            supervisor.start(queue, command, environment=environment)
        yield
        for child in supervisor.children:  # nobody needs what they would end at leisure
            child.process.kill()


def test_an_import_that_takes_long_delays_no_other_work(workers: None) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    IdempotencyKey.objects.create(key="old", scope="checkout", expires_at=yesterday)
    with psycopg.connect(conninfo(servers.database_url())) as other:
        other.execute("LOCK TABLE catalog_sheetimport IN ACCESS EXCLUSIVE MODE")
        for _turn in range(5):
            app.send_task("backoffice.tasks.work_off_sheets")

        app.send_task("payments.tasks.forget_idempotency_keys")

        until(lambda: not IdempotencyKey.objects.exists())
        assert queues.waiting()["bulk"] > 0
