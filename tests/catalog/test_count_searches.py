"""What is searched for is counted without names, shown to staff, and costs the shopper nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from catalog.models import SearchCount
from catalog.search import log
from catalog.tasks import store_search_counts
from tests.accounts.factories import UserFactory
from tests.catalog.lines import line, load
from tests.commands import rows_of

pytestmark = pytest.mark.django_db


def counts() -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (row.language, row.words): (row.times, row.results) for row in SearchCount.objects.all()
    }


def test_searches_are_counted_by_words_language_and_day_and_only_once_each(client: Client) -> None:
    load(line("sofa", name="Sofa"))

    for address in (
        "/search/?q=Sofá",
        "/search/?q=SOFA",
        "/en/search/?q=sofa",
        "/search/?q=sofa&sort=price_up",
        "/search/?q=sofa&page=2",
        "/search/?q=zzzunheard",
        "/search/?q=",
        "/search/?q=***",
    ):
        assert client.get(address).status_code == 200
    store_search_counts()
    store_search_counts()
    client.get("/search/?q=sofa")
    store_search_counts()

    assert counts() == {
        ("es", "sofa"): (3, 1),
        ("en", "sofa"): (1, 1),
        ("es", "zzzunheard"): (1, 0),
    }
    assert {row.day for row in SearchCount.objects.all()} == {timezone.localdate()}


@pytest.mark.parametrize(
    "query", ["ana@example.com", "987654321", "+51 987 654 321", "DNI 4567-8901", "20.123.456.789"]
)
def test_what_may_name_a_person_is_not_counted(query: str, redis_server: Redis) -> None:
    log.record_search(query, 0, "es")

    assert redis_server.keys() == []


def test_endless_nonsense_fills_no_memory(
    redis_server: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "_MAX_WORDS_A_MINUTE", 3)

    for number in range(9):
        log.record_search(f"word{number}", 0, "es")
        log.record_search("word1", 0, "es")

    store_search_counts()
    assert counts().keys() == {("es", "word0"), ("es", "word1"), ("es", "word2")}
    assert counts()["es", "word1"][0] == 10


def test_a_search_without_redis_is_answered_and_not_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = Redis(port=1, retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(log, "client", lambda: closed)

    assert client.get("/search/?q=sofa").status_code == 200
    assert store_search_counts() == 0
    log._circuit.worked()


def test_what_a_worker_left_behind_is_written_by_the_next(
    redis_server: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.record_search("sofa", 2, "es")

    def fail(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(log, "_write", fail)
    with pytest.raises(RuntimeError):
        store_search_counts()
    monkeypatch.undo()
    redis_server.delete(log._LOCK)
    log.record_search("lamp", 1, "es")
    store_search_counts()
    store_search_counts()

    assert counts() == {("es", "sofa"): (1, 2), ("es", "lamp"): (1, 1)}


@pytest.fixture
def _searched() -> None:
    today = timezone.localdate()
    rows = [(today, "sofa", 5, 2), (today, "=diván", 1, 0), (today - timedelta(9), "diván", 3, 4)]
    rows += [(today, "hamaca", 7, 0), (today - timedelta(9), "hamaca", 2, 3)]
    rows += [(today - timedelta(399), "vieja", 1, 0), (today - timedelta(401), "gone", 1, 0)]
    for day, words, times, results in rows:
        SearchCount.objects.create(
            day=day, language="es", words=words, times=times, results=results
        )


@pytest.mark.usefixtures("_searched")
def test_the_report_adds_up_days_and_tells_what_found_nothing_last() -> None:
    today = timezone.localdate()

    every = rows_of("search_report", "--since", str(today - timedelta(30)))
    empty = rows_of("search_report", "--empty", "--since", str(today))

    assert [(row["words"], row["times"], row["results"]) for row in every] == [
        ("hamaca", 9, 0),
        ("sofa", 5, 2),
        ("diván", 3, 4),
        ("=diván", 1, 0),
    ]
    assert {row["words"] for row in empty} == {"hamaca", "=diván"}


@pytest.mark.usefixtures("_searched")
def test_staff_see_what_is_not_found_and_take_it_home_as_a_file(
    client: Client, settings: Any
) -> None:
    settings.DEMO = True
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    page = "/admin/catalog/searchcount/"

    shown = client.get(page, {"empty": "on", "days": "7"}).content.decode()
    file = client.get(page, {"days": "365", "file": "csv"}).content.decode()

    assert "hamaca" in shown
    assert "sofa" not in shown.split("<table")[1]
    assert "words=hamaca" in shown
    assert "'=diván,es,1,0" in file
    assert client.get(page, {"file": "xlsx"}).content.startswith(b"PK")
    assert client.get("/admin/catalog/synonymgroup/add/?words=hamaca").status_code == 200
    client.force_login(UserFactory.create(is_staff=True))
    assert client.get(page).status_code == 403


@pytest.mark.usefixtures("_searched")
def test_old_counts_are_forgotten() -> None:
    store_search_counts()

    assert SearchCount.objects.filter(words="vieja").exists()
    assert not SearchCount.objects.filter(words="gone").exists()
