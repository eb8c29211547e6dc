"""PostgreSQL's log of changes is put away piece by piece, each whole, and each once."""

import subprocess
from pathlib import Path

import pytest

from config import archiving


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


def test_what_was_left_half_way_is_written_anew(archive: Path, tmp_path: Path) -> None:
    piece = tmp_path / "000000010000000000000001"
    piece.write_bytes(b"an order")
    archive.mkdir()
    (archive / f"{piece.name}.part").write_bytes(b"an")

    assert put_away(piece) == 0
    assert [path.name for path in archive.iterdir()] == [piece.name]
