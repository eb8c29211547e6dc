"""A disk without room is said to be full, and keeps no half of a file."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from core.exceptions import DomainError
from core.web.disk_storage import DiskFull, DiskStorage
from tests.faults.room import small_rooms


def test_what_fits_no_more_is_refused_in_words(tmp_path: Path) -> None:
    with small_rooms(tmp_path) as rooms:
        if not rooms:
            pytest.skip("only root may mount a small disk")
        [room] = [room for room in rooms if room.folder.name == "private"]
        storage = DiskStorage(location=room.folder)
        room.fill()

        with pytest.raises(DiskFull) as refusal:
            storage.save("proofs/one.jpg", ContentFile(b"x" * 100_000))
        kept = list((room.folder / "proofs").glob("*"))
        room.clear()
        name = storage.save("proofs/one.jpg", ContentFile(b"x" * 100_000))

        assert isinstance(refusal.value, DomainError)
        assert kept == []
        assert (room.folder / name).stat().st_size == 100_000


def test_other_errors_of_the_disk_are_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "proofs").touch()

    with pytest.raises(FileExistsError):
        DiskStorage(location=tmp_path).save("proofs/one.jpg", ContentFile(b"x"))
