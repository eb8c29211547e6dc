from math import inf

import pytest

from core.recent import Recent
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
        "checks": {"postgresql": "ok", "redis": "ok", "mongodb": "ok"},
    }


@pytest.mark.django_db
def test_however_many_ask_the_servers_are_asked_once_in_a_second(
    client, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(Recent, "lifetime", inf)
    with django_assert_num_queries(1):
        answers = [client.get("/readyz").json() for _ in range(3)]

    assert answers[0]["checks"]["postgresql"] == "ok"
    assert answers[1:] == answers[:1] * 2


@pytest.mark.django_db
def test_a_shop_without_redis_is_ready_and_says_what_is_missing(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["checks"]["redis"] == "away"


@pytest.mark.django_db
def test_tasks_that_wait_elsewhere_have_a_server_of_their_own(client, settings):
    settings.CELERY_BROKER_URL = settings.REDIS_URL.replace("127.0.0.1", "localhost")

    response = client.get("/readyz")

    assert response.json()["checks"]["broker"] == "ok"


@pytest.mark.django_db
def test_figures_are_for_this_machine_and_staff(client, settings):
    settings.DEMO = True
    near = client.get("/metrics")
    far = client.get("/metrics", REMOTE_ADDR="203.0.113.9")
    client.force_login(UserFactory.create(is_staff=True))
    staff = client.get("/metrics", REMOTE_ADDR="203.0.113.9")

    assert "vitrina_outbox_waiting 0" in near.text
    assert 'vitrina_tasks_waiting{queue="money"} 0' in near.text
    assert (far.status_code, staff.status_code) == (404, 200)
