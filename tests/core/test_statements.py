"""Statements that a crowd sends: counted and translated like Django's own, planned once."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import DataError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from core import statements

RELAXED = """
SELECT set_config('synchronous_commit',
    COALESCE(%(commits)s, current_setting('synchronous_commit')), true)
"""


@pytest.fixture
def durable(transactional_db: None) -> Iterator[None]:
    """The tests' own server waits for no disk, unless it is told to."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        yield
        cursor.execute("RESET synchronous_commit")


def commits() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_has_closed_is_opened_anew() -> None:
    """As after each restart of PostgreSQL: no shopper may meet it."""
    statements.run("SELECT 1", {})
    pid = connection.connection.info.backend_pid
    with psycopg.connect(
        **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    # As at the beginning of a request.
    connection.health_check_enabled = True  # type: ignore[attr-defined]
    connection.health_check_done = False  # type: ignore[attr-defined]

    assert statements.run("SELECT 2", {}) == (2,)


@pytest.mark.django_db(transaction=True)
def test_of_other_queries_the_connection_keeps_nothing() -> None:
    """psycopg counts how often each comes, by its text with all values in it."""
    statements.run("SELECT 1", {})

    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["a text of somebody"])

    assert not connection.connection._prepared._counts


@pytest.mark.django_db
def test_a_statement_is_planned_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        answers = [statements.run("SELECT %(n)s + 1000", {"n": n}) for n in range(3)]

    assert answers == [(1000,), (1001,), (1002,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%+ 1000'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_an_error_is_one_of_djangos() -> None:
    with pytest.raises(DataError), transaction.atomic():
        statements.run("SELECT 1 / %(n)s", {"n": 0})


@pytest.mark.usefixtures("durable")
def test_a_statement_alone_does_not_wait_for_the_disk_but_the_next_one_does() -> None:
    assert statements.run(RELAXED, {}) == ("off",)
    assert commits() == "on"


@pytest.mark.usefixtures("durable")
def test_a_transaction_waits_for_the_disk_whatever_is_part_of_it() -> None:
    with transaction.atomic():
        assert statements.run(RELAXED, {}) == ("on",)
        assert commits() == "on"
