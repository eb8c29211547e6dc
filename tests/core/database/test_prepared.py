"""Statements that a crowd sends: counted and translated like Django's own, planned once."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DataError, NotSupportedError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from core.database import prepared

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


WIDTHS = "SELECT * FROM widths"


@pytest.fixture
def widths(transactional_db: None) -> Iterator[None]:
    """A table whose rows this connection has a plan of."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE widths AS SELECT 'wide'::varchar(50) AS width")
        prepared.rows(WIDTHS, ())
        yield
        cursor.execute("DROP TABLE widths")


def widen() -> None:
    """As the next version's migrations do while this one goes on selling."""
    with elsewhere() as other:
        other.execute("ALTER TABLE widths ALTER COLUMN width TYPE varchar(300)")


def elsewhere() -> psycopg.Connection[Any]:
    """Another process."""
    return psycopg.connect(
        **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    )


def commits() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_has_closed_is_opened_again() -> None:
    """As after each restart of PostgreSQL: no shopper may meet it."""
    prepared.run("SELECT 1", {})
    pid = connection.connection.info.backend_pid
    with elsewhere() as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    # As at the beginning of a request.
    connection.health_check_enabled = True  # type: ignore[attr-defined]
    connection.health_check_done = False  # type: ignore[attr-defined]

    assert prepared.run("SELECT 2", {}) == (2,)


@pytest.mark.django_db(transaction=True)
def test_of_other_queries_the_connection_keeps_nothing() -> None:
    """psycopg counts how often each comes, by its text with all values in it."""
    prepared.run("SELECT 1", {})

    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["a text of somebody"])

    assert not connection.connection._prepared._counts


@pytest.mark.django_db
def test_a_statement_is_planned_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        answers = [prepared.run("SELECT %(n)s + 1000", {"n": n}) for n in range(3)]

    assert answers == [(1000,), (1001,), (1002,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%+ 1000'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_an_error_is_one_of_djangos() -> None:
    with pytest.raises(DataError), transaction.atomic():
        prepared.run("SELECT 1 / %(n)s", {"n": 0})


@pytest.mark.usefixtures("durable")
def test_a_statement_alone_does_not_wait_for_the_disk_but_the_next_one_does() -> None:
    assert prepared.run(RELAXED, {}) == ("off",)
    assert commits() == "on"


@pytest.mark.usefixtures("durable")
def test_a_transaction_waits_for_the_disk_whatever_is_part_of_it() -> None:
    with transaction.atomic():
        assert prepared.run(RELAXED, {}) == ("on",)
        assert commits() == "on"


@pytest.mark.usefixtures("widths")
def test_a_column_may_get_another_type_while_the_older_program_runs() -> None:
    """`cached plan must not change result type`, says PostgreSQL."""
    widen()

    assert prepared.rows(WIDTHS, ()) == [("wide",)]
    assert prepared.run(WIDTHS, {}) == ("wide",)


@pytest.mark.usefixtures("widths")
def test_the_connection_stays_the_same_with_what_it_is_reading() -> None:
    pid = connection.connection.info.backend_pid
    widen()

    prepared.rows(WIDTHS, ())

    assert connection.connection.info.backend_pid == pid


@pytest.mark.usefixtures("widths")
def test_a_transaction_that_meets_another_type_fails_once() -> None:
    widen()

    with pytest.raises(NotSupportedError), transaction.atomic():
        prepared.rows(WIDTHS, ())

    with transaction.atomic():
        assert prepared.rows(WIDTHS, ()) == [("wide",)]


@pytest.mark.usefixtures("widths")
def test_what_a_savepoint_has_caught_does_not_come_again() -> None:
    widen()

    with transaction.atomic():
        with pytest.raises(NotSupportedError), transaction.atomic():
            prepared.rows(WIDTHS, ())
        assert prepared.rows(WIDTHS, ()) == [("wide",)]


@pytest.mark.django_db(transaction=True)
def test_what_the_server_cannot_do_is_asked_twice_at_most() -> None:
    with pytest.raises(NotSupportedError, match="FOR UPDATE"):
        prepared.rows("SELECT 1 UNION SELECT 2 FOR UPDATE", ())
