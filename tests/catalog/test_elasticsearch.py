"""The index is kept in step, rebuilt while it is read, and left alone while it is away."""

import logging
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from redis import Redis

from catalog.models import Product, StaleDocument, Variant
from catalog.search import found, search
from catalog.search.elastic import client, index
from catalog.selectors import ListingFilters
from catalog.services import count_search_words
from catalog.tasks import push_search_documents, refresh_stale_search
from tests.catalog.lines import line, load, variant
from tests.elastic import Cluster

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return Client()


@pytest.fixture(autouse=True)
def _shop(elasticsearch: Cluster) -> None:
    load(
        line("sofa", name="Leather sofa", name_es="Sofá de cuero", brand="Kolka"),
        line("chair", name="Oak chair", variants=[variant("C-1", color="Teal")]),
    )
    push_search_documents()


def rename(key: str, name: str) -> None:
    Product.objects.filter(external_id=key).update(name_en=name, name_es=name)
    refresh_stale_search()


def names(query: str) -> list[str]:
    return [card.external_id for card in search(query, ListingFilters()).cards]


def test_what_triggers_have_marked_is_sent_and_what_is_gone_is_deleted(
    elasticsearch: Cluster,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_variantoption SET value_en = 'Ochre'")
    Variant.objects.filter(product__external_id="sofa").delete()
    Product.objects.filter(external_id="sofa").delete()

    refresh_stale_search()
    push_search_documents()

    assert names("ochre") == ["chair"]
    [kept] = elasticsearch.indices.values()
    assert [document["name_en"] for document in kept.documents.values()] == ["Oak chair"]
    assert not StaleDocument.objects.exists()


def test_a_hidden_product_is_not_found_though_the_index_knows_it() -> None:
    Product.objects.filter(external_id="sofa").update(is_active=False)

    assert not found("sofa")


def test_while_it_is_away_postgresql_answers_and_nobody_waits_for_it_again(
    elasticsearch: Cluster, caplog: pytest.LogCaptureFixture, browser: Client
) -> None:
    elasticsearch.is_away = True
    elasticsearch.requests.clear()

    answers = [names("sofa") for _time in range(3)]

    assert answers == [["sofa"]] * 3
    assert len([asked for asked in elasticsearch.requests if "_search" in asked]) == 1
    said = [record for record in caplog.records if "PostgreSQL searches" in record.message]
    assert [record.levelno for record in said] == [logging.WARNING]
    health = browser.get("/readyz").json()
    assert (health["ready"], health["checks"]["elasticsearch"]) == (
        True,
        "away, PostgreSQL searches",
    )


def test_changes_made_while_it_is_away_reach_it_later(elasticsearch: Cluster) -> None:
    elasticsearch.is_away = True
    rename("chair", "Throne")
    push_search_documents()
    elasticsearch.is_away = False

    push_search_documents()

    [kept] = elasticsearch.indices.values()
    assert "Throne" in {document["name_en"] for document in kept.documents.values()}


def test_a_rebuild_is_read_when_it_is_whole_and_has_what_changed_meanwhile(
    elasticsearch: Cluster,
) -> None:
    [old] = elasticsearch.indices
    batches = index.rebuild()

    next(batches)
    rename("chair", "Throne")
    push_search_documents()
    assert names("throne") == ["chair"], "from the old index"
    list(batches)

    [new] = elasticsearch.indices
    assert new != old
    assert names("throne") == ["chair"], "from the new one"


def test_only_one_rebuilds_at_a_time_and_another_may_afterwards(elasticsearch: Cluster) -> None:
    first = index.rebuild()
    next(first)

    with pytest.raises(CommandError, match="Another rebuild"):
        call_command("reindex_search", stdout=StringIO())

    list(first)
    call_command("reindex_search", stdout=StringIO())
    assert names("sofa") == ["sofa"]


def test_a_rebuild_that_was_killed_keeps_nobody_waiting_for_long(
    elasticsearch: Cluster, redis_server: Redis
) -> None:
    first = index.rebuild()
    next(first)

    assert 0 < redis_server.ttl("search:rebuilding") <= 120


def test_a_rebuild_that_fails_leaves_the_old_index_and_no_other(elasticsearch: Cluster) -> None:
    [old] = elasticsearch.indices
    elasticsearch.refuses = "_refresh"

    with pytest.raises(CommandError, match="was not rebuilt"):
        call_command("reindex_search", stdout=StringIO())

    assert list(elasticsearch.indices) == [old]
    assert names("sofa") == ["sofa"]


def test_who_sends_late_overwrites_nothing_newer_and_makes_no_index(elasticsearch: Cluster) -> None:
    [name] = elasticsearch.indices
    product = Product.objects.get(external_id="sofa")
    Product.objects.update(name_en="Late")

    index._send(client.for_workers(), [name, f"{name}0"], [product.pk], version=1)

    assert list(elasticsearch.indices) == [name]
    assert elasticsearch.indices[name].documents[str(product.pk)]["name_en"] == "Leather sofa"


def test_without_an_index_postgresql_answers_and_changes_wait(
    elasticsearch: Cluster, browser: Client
) -> None:
    elasticsearch.indices.clear()
    rename("chair", "Throne")
    push_search_documents()

    assert names("throne") == ["chair"]
    assert StaleDocument.objects.exists()
    assert "reindex_search" in browser.get("/readyz").json()["checks"]["elasticsearch"]


def test_both_engines_give_the_same_pages(settings: Any, browser: Client) -> None:
    count_search_words()

    def pages() -> list[Any]:
        return [
            browser.get("/search/", {"q": query}, headers={"accept": "application/json"}).json()
            for query in ("sofa", "chair", "kolka", "zofa", "c-1", "teal oak", "unheard")
        ]

    own = pages()
    settings.SEARCH_URL = ""

    assert own == pages()
