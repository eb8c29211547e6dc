"""Tables are changed under a shop that uses them: nobody waits long for the change."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from config.embedded import conninfo
from core.database import migration_locks
from core.database.migration_locks import lock_timeout, retry_on_lock_timeout
from tests.servers import database_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration_locks, "MAX_WAIT", "100ms")
    monkeypatch.setattr(migration_locks, "PAUSE", 0.05)


@contextmanager
def used(seconds: float) -> Iterator[None]:
    """Somebody is writing to the brands for that many seconds."""
    is_held = threading.Event()

    def write() -> None:
        with psycopg.connect(conninfo(database_url())) as other:
            other.execute("UPDATE catalog_brand SET name = name")
            is_held.set()
            time.sleep(seconds)

    writer = threading.Thread(target=write)
    writer.start()
    assert is_held.wait(20)
    yield
    writer.join()


def change() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_brand ADD COLUMN motto text")
        cursor.execute("ALTER TABLE catalog_brand DROP COLUMN motto")


def test_a_table_in_use_is_left_alone_and_asked_for_again() -> None:
    said: list[str] = []

    with used(2), lock_timeout(connection):
        retry_on_lock_timeout(change, said.append)

    assert len(said) > 1
    assert "again in" in said[0]


def test_where_both_wait_for_each_other_the_change_begins_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migration_locks, "MAX_WAIT", "5s")
    said: list[str] = []

    with held_up_by_kits(), lock_timeout(connection):
        retry_on_lock_timeout(change_kits_and_brands, said.append)

    assert len(said) == 1


@contextmanager
def held_up_by_kits() -> Iterator[None]:
    """Somebody writes to a brand, and half a second later to a kit; he waits longer than we."""
    is_held = threading.Event()

    def write() -> None:
        with psycopg.connect(conninfo(database_url())) as other:
            other.execute("SET deadlock_timeout = '1min'")
            other.execute("UPDATE catalog_brand SET name = name")
            is_held.set()
            time.sleep(0.5)
            other.execute("UPDATE catalog_kit SET position = position")

    writer = threading.Thread(target=write)
    writer.start()
    assert is_held.wait(20)
    yield
    writer.join()


@transaction.atomic
def change_kits_and_brands() -> None:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE catalog_kit IN SHARE ROW EXCLUSIVE MODE")
    change()


def test_it_gives_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration_locks, "ATTEMPTS", 2)
    said: list[str] = []

    with used(1), lock_timeout(connection), pytest.raises(OperationalError, match="lock timeout"):
        retry_on_lock_timeout(change, said.append)

    assert len(said) == 1


def test_what_runs_beside_the_shop_waits_for_it() -> None:
    with used(0.5), lock_timeout(connection), connection.cursor() as cursor:
        cursor.execute("DROP INDEX CONCURRENTLY IF EXISTS no_such_index")
        cursor.execute("CREATE INDEX CONCURRENTLY brands_by_name ON catalog_brand (name)")
        cursor.execute("DROP INDEX CONCURRENTLY brands_by_name")


def test_afterwards_all_wait_as_before() -> None:
    with lock_timeout(connection):
        pass

    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
