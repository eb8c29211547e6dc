"""Behind PgBouncer, a connection's server changes with each transaction: nothing is left on it."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from config import environment
from core.database import prepared
from core.database.migration_locks import lock_timeout
from tests import databases

ROOT = Path(__file__).resolve().parents[3]
# Set and prepare nothing where there is a PgBouncer.
DATABASE = ROOT / "core" / "database"
CAREFUL = {DATABASE / "migration_locks.py", DATABASE / "prepared.py"}
# What lasts longer than a transaction, by the name of what to do instead.
LASTING = {
    "pg_advisory_xact_lock, or a lease": r"pg_(try_)?advisory_(lock|unlock)",
    "SET LOCAL": r"""(\(f?["']|;)\s*(RE)?SET\s+(?!LOCAL\b|CONSTRAINTS\b)[a-z_.]+\s*(=|TO\b|["'])""",
    "set_config(…, true)": r"set_config\([^()]*,\s*(false|FALSE)\s*\)",
    "asking by the clock": r"""["']\s*(UN)?LISTEN\s""",
    "a table, or WITH": r"CREATE\s+(LOCAL\s+)?TEMP(ORARY)?\s+TABLE(?!.*ON COMMIT DROP)",
    "a cursor inside of a transaction": r"\bWITH\s+HOLD\b",
    "core.database.prepared": r"""["']\s*(PREPARE|EXECUTE|DEALLOCATE)\s+\w+\s*(\(|AS\b|["'])""",
    "another query": r"""["']\s*DISCARD\s""",
}


def sources() -> list[Path]:
    apps = {path.parent for path in ROOT.glob("*/__init__.py")} - {ROOT / "tests"}
    return sorted({file for app in apps for file in app.rglob("*.py")} - CAREFUL)


@pytest.mark.parametrize("instead", LASTING)
def test_no_statement_of_ours_lasts_longer_than_its_transaction(instead: str) -> None:
    lasting = re.compile(LASTING[instead])

    found = [file for file in sources() if lasting.search(file.read_text())]

    assert found == [], f"use {instead}"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_lock(1)",
        'cursor.execute("SET statement_timeout = 0")',
        'cursor.execute("RESET role")',
        "SELECT set_config('a.b', 'c', false)",
        'cursor.execute("LISTEN news")',
        "CREATE TEMP TABLE x (y int)",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "cursor.execute('PREPARE x AS SELECT 1')",
    ],
)
def test_the_search_for_them_finds_them(statement: str) -> None:
    assert any(re.search(pattern, statement) for pattern in LASTING.values())


@pytest.mark.django_db(transaction=True)
def test_one_variable_leaves_no_prepared_statement_and_no_cursor_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_PGBOUNCER", "1")
    monkeypatch.delenv("DATABASE_POOL", raising=False)

    with databases.empty_copy("unprepared") as url, databases.shop_on(DATABASE_URL=url):
        for n in range(9):
            prepared.run("SELECT %(n)s + 4711", {"n": n})
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            assert cursor.fetchone() == (0,)
        assert connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]


def test_a_pool_has_its_own_mind_of_how_long_connections_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_POOL", "7")

    found = environment.databases()["default"]

    assert (found["CONN_MAX_AGE"], found["OPTIONS"]["pool"]["max_size"]) == (0, 7)


@pytest.mark.django_db(transaction=True)
def test_a_statement_ends_with_its_time_and_a_network_that_swallows_all_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STATEMENT_TIMEOUT", "1")
    monkeypatch.delenv("DATABASE_PGBOUNCER", raising=False)

    with databases.empty_copy("impatient") as url, databases.shop_on(DATABASE_URL=url):
        with pytest.raises(OperationalError, match="statement timeout"), connection.cursor() as one:
            one.execute("SELECT pg_sleep(9)")
        with lock_timeout(connection), connection.cursor() as migration:
            migration.execute("SELECT pg_sleep(1.2)")
        options = connection.settings_dict["OPTIONS"]

    assert (options["connect_timeout"], options["tcp_user_timeout"]) == (5, 15_000)


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ({}, "-c statement_timeout=3600s"),
        ({"STATEMENT_TIMEOUT": "20"}, "-c statement_timeout=20s"),
        ({"STATEMENT_TIMEOUT": "0"}, None),
        # A startup parameter that it does not know is refused by PgBouncer, with the connection.
        ({"STATEMENT_TIMEOUT": "20", "DATABASE_PGBOUNCER": "1"}, None),
    ],
)
def test_the_time_of_statements_is_a_variable(
    variables: dict[str, str], options: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("STATEMENT_TIMEOUT", "DATABASE_PGBOUNCER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    replica = "postgres://vitrina@replica/vitrina?connect_timeout=9"
    monkeypatch.setenv("DATABASE_REPLICA_URL", replica)

    found = environment.databases()

    assert found["default"]["OPTIONS"].get("options") == options
    assert found["replica"]["OPTIONS"]["connect_timeout"] == 9
    assert found["replica"]["OPTIONS"]["tcp_user_timeout"] == 3000


def _ask(number: int) -> int:
    """One request of a web server's thread."""
    try:
        (answer,) = prepared.run("SELECT %(n)s FROM pg_sleep(0.02)", {"n": number}) or (None,)
        return int(answer)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_threads_share_the_connections_of_a_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_POOL", "2")

    with databases.empty_copy("pooled") as url, databases.shop_on(DATABASE_URL=url):
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(_ask, range(16))) == list(range(16))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = 'pooled'")
            assert cursor.fetchone()[0] <= 2
