"""Tasks wait in a Redis that Sentinels watch: anyone who puts one there asks them where it is."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from config.processes import Supervisor
from payments.models import IdempotencyKey
from tests import servers
from tests.valkeys import Watched, start_watched
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
TASK = "payments.tasks.forget_idempotency_keys"
PUBLISH = f"import django; django.setup(); from config.celery import app; app.send_task('{TASK}')"


def environment(watched: Watched) -> dict[str, str]:
    return {
        **os.environ,
        **watched.settings,
        "DATABASE_URL": servers.database_url(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def publish(watched: Watched) -> bool:
    """Whether the task was put somewhere; nobody waits for a broker that is away."""
    command = [sys.executable, "-c", PUBLISH]
    told = subprocess.run(
        command, cwd=ROOT, env=environment(watched), capture_output=True, check=False, timeout=60
    )
    return told.returncode == 0


def old_key() -> None:
    yesterday = timezone.now() - timedelta(days=1)
    IdempotencyKey.objects.create(key="old", scope="checkout", expires_at=yesterday)


def test_a_task_waits_where_the_sentinels_say(supervisor: Supervisor, db: None) -> None:
    watched = start_watched(supervisor, sentinels=1)

    assert publish(watched)

    with watched.servers[0].client() as master:
        assert int(master.llen("reports")) == 1


@pytest.mark.soak
def test_tasks_go_on_after_the_server_of_the_tasks_has_died(
    supervisor: Supervisor, transactional_db: None
) -> None:
    watched = start_watched(supervisor)
    command = [sys.executable, "-m", "celery", "--app", "config", "worker", "--pool", "threads"]
    worker = supervisor.start("worker", command, environment=environment(watched))
    old_key()
    assert publish(watched)
    until(lambda: not IdempotencyKey.objects.exists())

    watched.servers[0].kill()
    until(lambda: watched.master() is watched.servers[1])

    old_key()
    until(lambda: publish(watched))
    until(lambda: not IdempotencyKey.objects.exists())
    assert worker.exit_code is None
