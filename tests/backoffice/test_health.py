import threading
import time
from math import inf

import pytest

from backoffice.monitoring import disks, health, queues, system_status
from core.caching.ttl import TTLCache
from tests.accounts.factories import UserFactory


def test_a_live_process_says_so_without_asking_any_server(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.text) == (200, "ok")


@pytest.mark.django_db
def test_a_ready_shop_names_its_servers(client):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "checks": {
            **dict.fromkeys(["postgresql", "redis", "mongodb", "disk"], "ok"),
            "worker": f"idle: {', '.join(queues.names())}",
        },
    }


@pytest.mark.django_db
def test_a_worker_that_works_is_no_longer_idle(client):
    for name in queues.names():
        queues.beat(name)

    assert client.get("/readyz").json()["checks"]["worker"] == "ok"


@pytest.mark.django_db
def test_however_many_ask_the_servers_are_asked_once_in_a_second(
    client, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(TTLCache, "lifetime", inf)
    asked = []

    def answer():
        asked.append(1)
        return "ok"

    monkeypatch.setattr(health, "_postgresql", answer)
    with django_assert_num_queries(0):
        answers = [client.get("/readyz").json() for _ in range(3)]

    assert answers[0]["checks"]["postgresql"] == "ok"
    assert answers[1:] == answers[:1] * 2
    assert asked == [1]


@pytest.mark.django_db
def test_without_redis_nothing_can_be_ordered_and_the_shop_is_not_ready(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = client.get("/readyz")

    assert (response.status_code, response.json()["checks"]["redis"]) == (503, "away")
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_disk_that_fills_is_named_everywhere(client, settings, monkeypatch, tmp_path):
    settings.STORE_DATA = tmp_path
    monkeypatch.setattr(disks, "_free", lambda folder: 10 * disks.MB + (folder != tmp_path))

    beside = client.get("/readyz")
    (tmp_path / "postgres").mkdir()  # as the embedded server has it
    below_the_database = client.get("/readyz")
    [shown] = [check for check in system_status.checks() if check.name == "Disco"]

    assert (beside.status_code, below_the_database.status_code) == (200, 503)
    assert beside.json()["checks"]["disk"] == "low: 10 MB left for data"
    assert below_the_database.json()["checks"]["disk"] == "full: 10 MB left for data"
    assert (
        f'vitrina_disk_free_bytes{{folder="data"}} {10 * disks.MB}' in client.get("/metrics").text
    )
    assert (shown.is_well, "10,0\xa0MB" in shown.said or "10.0\xa0MB" in shown.said) == (
        False,
        True,
    )


@pytest.mark.django_db
def test_what_hangs_is_named_in_time_and_asked_once(client, monkeypatch):
    over, asked = threading.Event(), []

    def hang():
        asked.append(1)
        over.wait(30)
        return "ok"

    monkeypatch.setattr(health, "_postgresql", hang)
    began = time.monotonic()
    answers = [client.get("/readyz") for _ in range(2)]
    took = time.monotonic() - began
    figures = client.get("/metrics").text
    over.set()

    assert [each.status_code for each in answers] == [503, 503]
    assert {each.json()["checks"]["postgresql"] for each in answers} == {"does not answer"}
    assert took < 4
    assert 'vitrina_server_up{server="postgresql"} 0' in figures
    assert 'vitrina_server_up{server="redis"} 1' in figures
    assert "vitrina_outbox_waiting" not in figures
    assert asked == [1]


@pytest.mark.django_db
def test_tasks_that_wait_elsewhere_have_a_server_of_their_own(client, settings):
    settings.CELERY_BROKER_URL = settings.REDIS_URL.replace("127.0.0.1", "localhost")

    response = client.get("/readyz")

    assert response.json()["checks"]["broker"] == "ok"


@pytest.mark.django_db
def test_figures_are_for_this_machine_and_staff(client, settings):
    near = client.get("/metrics")
    far = client.get("/metrics", REMOTE_ADDR="203.0.113.9")
    client.force_login(UserFactory.create(is_staff=True))
    staff = client.get("/metrics", REMOTE_ADDR="203.0.113.9")

    assert "vitrina_outbox_waiting 0" in near.text
    assert 'vitrina_tasks_waiting{queue="money"} 0' in near.text
    assert (far.status_code, staff.status_code) == (404, 200)
