"""Backups in a bucket of a server that speaks S3."""

from pathlib import Path
from typing import Any

import pytest

from backoffice.backups import buckets
from backoffice.backups.buckets import Bucket
from backoffice.backups.places import place_of
from payments.gateway_log import store
from tests.commands import run
from tests.config.test_buckets import server as server  # noqa: PLC0414 - a fixture
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db(transaction=True)
WHERE = "s3://papers/night"


@pytest.fixture(autouse=True)
def _access(server: str, settings: Any, tmp_path: Path) -> Any:
    settings.S3_ACCESS = {
        "endpoint": server,
        "region": "us-east-1",
        "key": "key",
        "secret": "secret",
    }
    settings.MEDIA_ROOT = tmp_path / "media"
    yield
    buckets._connection.forget()
    store._client(settings.MONGODB_URL).close()
    store._client.forget()


def test_a_backup_goes_into_the_bucket_and_the_oldest_go(tmp_path: Path) -> None:
    stocked(3)
    place, _name = place_of(WHERE)
    (tmp_path / "old").write_bytes(b"old")
    for name in ("shop-20250101-030000.tar", "shop-20250102-030000.tar", "of-my-own.tar"):
        place.put(tmp_path / "old", name)

    done = run("backup", WHERE, "--keep", "2")

    [made] = [name for name in place.names() if name.startswith("shop-2") and "2025" not in name]
    assert done.code == 0, done.error
    assert set(place.names()) == {"shop-20250102-030000.tar", "of-my-own.tar", made}
    assert made in done.out


def test_what_lies_in_a_bucket_is_read_whole_before_anything_is_touched(tmp_path: Path) -> None:
    stocked(3)
    run("backup", f"{WHERE}/mine.tar")

    there = run("restore", f"{WHERE}/mine.tar")
    missing = run("restore", f"{WHERE}/nowhere.tar")

    assert there.code == missing.code == 1
    assert "--replace" in there.error
    assert "NoSuchKey" in missing.error


def test_a_bucket_that_does_not_answer_is_said(settings: Any) -> None:
    settings.S3_ACCESS = {**settings.S3_ACCESS, "endpoint": "http://127.0.0.1:9"}

    refused = run("backup", WHERE)

    assert refused.code == 1
    assert "127.0.0.1:9" in refused.error


@pytest.mark.parametrize(
    ("target", "folder", "name"),
    [
        ("s3://papers", "", ""),
        ("s3://papers/", "", ""),
        ("s3://papers/night", "night", ""),
        ("s3://papers/a/night/", "a/night", ""),
        ("s3://papers/a/mine.tar", "a", "mine.tar"),
        ("s3://papers/shop-1.tar.sealed", "", "shop-1.tar.sealed"),
    ],
)
def test_an_address_names_a_folder_or_a_file(target: str, folder: str, name: str) -> None:
    assert place_of(target) == (Bucket("papers", folder), name)
