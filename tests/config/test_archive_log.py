"""PostgreSQL's log of changes is put away piece by piece, each whole, and each once."""

import subprocess
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from backoffice.monitoring import metrics
from config import archiving, embedded
from config.processes import Supervisor
from tests import databases


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "of the shop's"
    monkeypatch.setenv(archiving.VARIABLE, str(folder))
    return folder


def put_away(piece: Path) -> int:
    """As PostgreSQL does: it hands the command to a shell."""
    command = archiving.settings(None)["archive_command"]
    command = command.replace("%p", str(piece)).replace("%f", piece.name).replace("%%", "%")
    return subprocess.run(["sh", "-c", command], check=False).returncode


def test_a_piece_is_put_away_once_however_often_it_is_brought(
    archive: Path, tmp_path: Path
) -> None:
    piece = tmp_path / "000000010000000000000001"
    piece.write_bytes(b"an order")

    # The second time PostgreSQL has fallen before it noted the first.
    assert [put_away(piece), put_away(piece)] == [0, 0]
    assert [path.name for path in archive.iterdir()] == [piece.name]
    assert (archive / piece.name).read_bytes() == b"an order"


def test_another_piece_of_the_same_name_is_left_alone(archive: Path, tmp_path: Path) -> None:
    piece = tmp_path / "000000010000000000000001"
    piece.write_bytes(b"an order")
    put_away(piece)
    piece.write_bytes(b"of another server")

    assert put_away(piece) != 0
    assert (archive / piece.name).read_bytes() == b"an order"


def test_what_was_left_half_way_is_written_again(archive: Path, tmp_path: Path) -> None:
    piece = tmp_path / "000000010000000000000001"
    piece.write_bytes(b"an order")
    archive.mkdir()
    (archive / f"{piece.name}.part").write_bytes(b"an")

    assert put_away(piece) == 0
    assert [path.name for path in archive.iterdir()] == [piece.name]


@pytest.fixture
def server(archive: Path, tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL that keeps its log; its URL."""
    tmp_path.chmod(0o755)
    with Supervisor(tmp_path / "store") as supervisor:
        yield embedded.start(supervisor, ["DATABASE_URL"])[embedded.OWNER_URL]


def figure(url: str) -> str:
    with databases.shop_on(DATABASE_URL=url):
        lines = metrics.text().splitlines()
    return next((line for line in lines if line.startswith("vitrina_archive_failing")), "")


def eventually(url: str, wanted: str) -> str:
    """What the figure says once a piece of the log was brought; not for long."""
    until = time.monotonic() + 30
    while True:
        with psycopg.connect(embedded.conninfo(url), autocommit=True) as asked:
            asked.execute("SELECT pg_logical_emit_message(true, 'a', 'b'), pg_switch_wal()")
        if (found := figure(url)) == wanted or time.monotonic() > until:
            return found
        time.sleep(0.5)


@pytest.mark.django_db(transaction=True)
def test_a_log_that_cannot_be_put_away_is_told(server: str, archive: Path) -> None:
    assert eventually(server, "vitrina_archive_failing 0") == "vitrina_archive_failing 0"

    archive.rename(archive.with_name("gone"))
    assert eventually(server, "vitrina_archive_failing 1") == "vitrina_archive_failing 1"

    archive.with_name("gone").rename(archive)
    assert eventually(server, "vitrina_archive_failing 0") == "vitrina_archive_failing 0"


@pytest.mark.django_db
def test_a_shop_that_keeps_no_log_tells_nothing_of_it() -> None:
    assert "vitrina_archive_failing 0" not in metrics.text()


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_was_broken_off_does_not_count(server: str, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    for name in ("base-20200101-000000", "base-20990101-000000"):
        (copies / name / "global").mkdir(parents=True)

    with databases.shop_on(DATABASE_URL=server):
        call_command("base_backup", str(copies), keep=1, stdout=StringIO())

    [left] = copies.iterdir()
    assert (left / "PG_VERSION").is_file()
