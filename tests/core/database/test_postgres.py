"""A connection is asked once a second whether its server is there, and looked at in between."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from core.database.postgres import base
from core.database.postgres.base import DatabaseWrapper

pytestmark = pytest.mark.django_db
STARTED = "SELECT query_start FROM pg_stat_activity WHERE pid = %s"


@pytest.fixture
def link() -> Iterator[DatabaseWrapper]:
    """A connection of its own, as a thread of the web server has."""
    own: Any = connection.copy(alias="own")
    connections["own"] = own
    own.connect()
    try:
        yield own
    finally:
        own.close()
        del connections["own"]


def last_question(link: DatabaseWrapper) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(STARTED, [link.connection.info.backend_pid])
        return cursor.fetchone()


def test_a_server_that_has_answered_is_not_asked_again_at_once(link: DatabaseWrapper) -> None:
    assert link.is_usable()
    asked = last_question(link)

    assert link.is_usable()

    assert last_question(link) == asked


def test_within_a_transaction_that_has_failed_it_is_of_no_use(link: DatabaseWrapper) -> None:
    assert link.is_usable()

    link.set_autocommit(False)
    with pytest.raises(DatabaseError), link.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")

    assert not link.is_usable()


def test_after_a_pause_it_is_asked_again(
    link: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert link.is_usable()
    asked = last_question(link)
    monkeypatch.setattr(base, "PAUSE", 0)

    assert link.is_usable()

    assert last_question(link) != asked


@pytest.mark.parametrize("pause", [0, 60])
def test_a_server_that_has_hung_up_is_noticed_before_the_next_request(
    link: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch, pause: float
) -> None:
    assert link.is_usable()
    monkeypatch.setattr(base, "PAUSE", pause)
    process = link.connection.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])

    assert not link.is_usable()

    vars(link)["health_check_done"] = False
    with link.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() != (process,)


def test_a_shop_connects_so() -> None:
    assert isinstance(connections["default"], DatabaseWrapper)
