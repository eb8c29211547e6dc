"""The database is taken back to the moment between two orders, as docs/backups.md says."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from config import embedded
from config.processes import Supervisor
from config.recover import main
from orders.models import Order
from tests import databases
from tests.backoffice.test_back_up import manage
from tests.inventory.factories import stocked
from tests.orders.factories import new_line, place

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]


@contextmanager
def running(store: Path) -> Iterator[str]:
    """The embedded PostgreSQL of that store; its URL."""
    with Supervisor(store) as supervisor:
        yield embedded.start(supervisor, ["DATABASE_URL"])[embedded.OWNER_URL]


def ordered(url: str) -> str:
    """One more order in that shop; its number."""
    with databases.shop_on(DATABASE_URL=url):
        order = place(new_line(stocked(3), 1))
        assert Order.objects.filter(pk=order.pk).exists()
        return order.number


def numbers(url: str) -> list[str]:
    with psycopg.connect(embedded.conninfo(url)) as server:
        return [n for (n,) in server.execute("SELECT number FROM orders_order ORDER BY id")]


def kept(archive: Path, url: str) -> None:
    """Wait until the piece of the log that is being written is in the archive."""
    with psycopg.connect(embedded.conninfo(url), autocommit=True) as server:
        server.execute("SELECT pg_create_restore_point('there is something to keep')")
        [piece] = server.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone() or [""]
    until = time.monotonic() + 30
    while not (archive / piece).exists():
        assert time.monotonic() < until, piece
        time.sleep(0.1)


def test_the_shop_is_as_it_was_between_two_orders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, archive, copies = tmp_path / "store", tmp_path / "wal", tmp_path / "copies"
    tmp_path.chmod(0o755)
    monkeypatch.setenv("WAL_ARCHIVE", str(archive))
    monkeypatch.setenv("STORE_DATA", str(store))
    with running(store) as url:
        databases.copy_tables(url)
        first = ordered(url)
        copied = manage("base_backup", str(copies), DATABASE_URL=url)
        assert copied.returncode == 0, copied.stderr
        second = ordered(url)
        time.sleep(1)
        moment = datetime.now(UTC)
        time.sleep(1)
        third = ordered(url)
        kept(archive, url)
        assert numbers(url) == [first, second, third]

    [copy] = copies.iterdir()
    assert main([str(copy), "--until", moment.isoformat()]) == 0

    with running(store) as url:
        assert numbers(url) == [first, second]
        fourth = ordered(url)  # it takes orders again, and keeps its log
        kept(archive, url)
        assert numbers(url) == [first, second, fourth]
    assert [path.name for path in store.iterdir() if path.name.startswith("postgres.before-")]


def test_a_copy_more_lets_the_oldest_and_their_log_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, archive, copies = tmp_path / "store", tmp_path / "wal", tmp_path / "copies"
    tmp_path.chmod(0o755)
    monkeypatch.setenv("WAL_ARCHIVE", str(archive))
    with running(store) as url:
        for _turn in range(3):
            time.sleep(1)  # their names are their times
            kept(archive, url)
            done = manage(
                *("base_backup", str(copies), "--keep", "2", "--archive", str(archive)),
                DATABASE_URL=url,
            )
            assert done.returncode == 0, done.stderr

        pieces = sorted(path.name for path in archive.iterdir())

    assert len(list(copies.iterdir())) == 2
    assert "000000010000000000000001" not in pieces
    assert pieces


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nowhere", "--until", "2026-01-31T13:05:00-05:00"], "no copy"),
        (["nowhere", "--until", "2026-01-31T13:05:00"], "offset"),
    ],
)
def test_what_cannot_be_is_said(
    words: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WAL_ARCHIVE", str(tmp_path))
    monkeypatch.setenv("STORE_DATA", str(tmp_path / "store"))

    assert main(words) == 1
    assert complaint in capsys.readouterr().err
    assert os.listdir(tmp_path) == []  # noqa: PTH208
