"""A shop that was lost comes back whole out of one file, or not at all."""

import hashlib
import json
import os
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from django.utils import translation
from psycopg import sql
from pymongo import MongoClient
from pymongo.database import Database

from backoffice.models import Backup
from backoffice.tasks import back_up
from config.embedded import conninfo
from core.redis import client, connect
from inventory import services as inventory
from payments.gateway_log import store
from tests import servers
from tests.commands import run
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db(transaction=True)
# Added to the number of this process's database: processes that test side by side never share one.
OTHER_REDIS = 32
KEY = "a pass-phrase of this shop"


@pytest.fixture(autouse=True)
def _closed_client(settings: Any) -> Iterator[None]:
    """The log keeps one client open for as long as the process lives; a test is shorter."""
    yield
    store._client(settings.MONGODB_URL).close()
    store._client.forget()


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return tmp_path / "media"


@pytest.fixture
def shop(media: Path, mongo: Database[dict[str, Any]]) -> None:
    """Some stock and a sale's worth of movements, a picture, an entry in the log."""
    variant = stocked(7)
    inventory.adjust({(variant.pk, variant.stock_levels.get().warehouse_id): -2}, note="broken")
    (media / "sofas").mkdir()
    (media / "sofas" / "red.webp").write_bytes(b"a sofa")
    client().hset("cart:one", mapping={"v|": '{"quantity": 2}', "coupon": "MARZO"})
    client().expire("cart:one", 3600)
    client().hset("cart:over", "v|", "1")
    mongo["gateway_log"].insert_one({"_id": "one", "error": "card declined"})


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Another machine's settings: an empty database, no media, another MongoDB database."""
    name = f"restored_{uuid4().hex[:12]}"
    with psycopg.connect(conninfo(servers.database_url("postgres")), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        mongodb = servers.with_database(os.environ["MONGODB_URL"], name)
        number = int(urlsplit(os.environ["REDIS_URL"]).path.strip("/") or 0) + OTHER_REDIS
        redis = servers.with_database(os.environ["REDIS_URL"], str(number))
        yield {
            "REDIS_URL": redis,
            "DATABASE_URL": servers.database_url(name),
            "MONGODB_URL": mongodb,
            "MEDIA_ROOT": str(tmp_path / "new-media"),
            "MAIL_ROOT": str(tmp_path / "new-mail"),
            "PRIVATE_ROOT": str(tmp_path / "new-private"),
        }
        with MongoClient[dict[str, Any]](mongodb) as other, connect(redis) as carts:
            other.drop_database(name)
            carts.flushdb()
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def opened(file: Path) -> Iterator[Path]:
    """The parts of a backup, packed again afterwards."""
    folder = file.parent / "open"
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    yield folder
    with tarfile.open(file, "w") as archive:
        for part in sorted(folder.iterdir()):
            archive.add(part, part.name)


def spoil_dump(file: Path) -> None:
    """As a disk that has flipped some bits."""
    with opened(file) as folder:
        dump = folder / "database.dump"
        dump.write_bytes(dump.read_bytes()[:-10] + b"0123456789")


def spoil_picture(file: Path) -> None:
    """A picture that is not as it was."""
    with opened(file) as folder:
        (folder / "media" / "sofas" / "red.webp").write_bytes(b"a chair")


def leave_picture_out(file: Path) -> None:
    with opened(file) as folder:
        (folder / "media" / "sofas" / "red.webp").unlink()


def write_unreadable_dump(file: Path) -> None:
    """Whole by its checksum, but nothing that PostgreSQL can read to its end."""
    with opened(file) as folder:
        dump, manifest = folder / "database.dump", folder / "manifest.json"
        dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
        said = json.loads(manifest.read_text())
        said["checksums"]["database.dump"] = hashlib.sha256(dump.read_bytes()).hexdigest()
        manifest.write_text(json.dumps(said))


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *words],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def rows_by_table(url: str) -> dict[str, list[Any]]:
    """Every row of every table, as text."""
    with psycopg.connect(conninfo(url)) as database:
        tables = database.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        ).fetchall()
        return {
            table: database.execute(
                sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(table))
            ).fetchall()
            for (table,) in tables
        }


def lived_in(elsewhere: dict[str, str]) -> dict[str, list[Any]]:
    """There is something in that place; it, as `rows_by_table` gives it."""
    with psycopg.connect(conninfo(elsewhere["DATABASE_URL"])) as database:
        database.execute("CREATE TABLE left_behind AS SELECT 1 AS number")
    return rows_by_table(elsewhere["DATABASE_URL"])


def sequences(url: str) -> list[Any]:
    """Where each counter stands."""
    with psycopg.connect(conninfo(url)) as database:
        return database.execute(
            "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
        ).fetchall()


@pytest.mark.usefixtures("shop")
def test_a_shop_comes_back_whole_in_an_empty_place(
    media: Path, tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    os.link(media / "sofas" / "red.webp", media / "sofas" / "same.webp")
    file = tmp_path / "shop.tar"
    rows = rows_by_table(servers.database_url())

    written = run("backup", str(file))
    restored = manage("restore", str(file), **elsewhere)

    assert written.code == 0, written.error
    assert restored.returncode == 0, restored.stderr
    assert rows_by_table(elsewhere["DATABASE_URL"]) == rows
    assert Backup.objects.get().size == file.stat().st_size
    for name in ("red.webp", "same.webp"):
        assert Path(elsewhere["MEDIA_ROOT"], "sofas", name).read_bytes() == b"a sofa"
    with MongoClient[dict[str, Any]](elsewhere["MONGODB_URL"]) as other:
        entries = list(other.get_default_database()["gateway_log"].find())
    assert [entry["error"] for entry in entries] == ["card declined"]
    assert sequences(elsewhere["DATABASE_URL"]) == sequences(servers.database_url())
    with connect(elsewhere["REDIS_URL"], decode_responses=True) as carts:
        assert carts.keys("cart:*") == ["cart:one"]
        assert carts.hgetall("cart:one") == {"v|": '{"quantity": 2}', "coupon": "MARZO"}
        assert 3000 < carts.ttl("cart:one") <= 3600
    assert run("check_stock").code == 0, "nor do the same rows add up elsewhere"
    assert not list(tmp_path.glob(".backup-*"))
    with (
        psycopg.connect(conninfo(elsewhere["DATABASE_URL"])) as database,
        pytest.raises(psycopg.errors.CheckViolation),
    ):
        database.execute("UPDATE inventory_stocklevel SET on_hand = 99")


@pytest.mark.usefixtures("shop")
def test_a_shop_that_is_there_is_not_overwritten_unasked(tmp_path: Path) -> None:
    run("backup", str(tmp_path / "shop.tar"))
    before = rows_by_table(servers.database_url())

    refused = run("restore", str(tmp_path / "shop.tar"))

    assert refused.code == 1
    assert "--replace" in refused.error
    assert rows_by_table(servers.database_url()) == before


@pytest.mark.usefixtures("shop")
def test_what_is_there_goes_only_if_asked_and_for_a_restore_that_succeeds(
    tmp_path: Path, elsewhere: dict[str, str], settings: Any
) -> None:
    """The files are sealed: one that is restored with its key comes back whole, too."""
    settings.BACKUP_KEY = elsewhere["BACKUP_KEY"] = KEY
    rows = rows_by_table(servers.database_url())
    file, unreadable = tmp_path / "shop.tar", tmp_path / "unreadable.tar"
    run("backup", str(file))
    left = Path(elsewhere["MEDIA_ROOT"], "sofas", "red.webp")
    left.parent.mkdir(parents=True)
    left.write_bytes(b"another sofa")

    refused = manage("restore", str(file), **elsewhere)
    left_alone = left.read_bytes()
    before = lived_in(elsewhere)
    settings.BACKUP_KEY = ""
    run("backup", str(unreadable))
    write_unreadable_dump(unreadable)
    failed = manage("restore", str(unreadable), "--replace", **elsewhere)
    after = rows_by_table(elsewhere["DATABASE_URL"])
    replaced = manage("restore", str(file), "--replace", **elsewhere)

    assert refused.returncode == 1
    assert "new-media" in refused.stderr
    assert left_alone == b"another sofa"
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert after == before
    assert replaced.returncode == 0, replaced.stderr
    assert rows_by_table(elsewhere["DATABASE_URL"]) == rows
    assert left.read_bytes() == b"a sofa"


@pytest.mark.usefixtures("shop")
def test_nobody_else_on_the_machine_reads_a_backup(tmp_path: Path) -> None:
    run("backup", str(tmp_path / "shop.tar"))
    assert stat.S_IMODE((tmp_path / "shop.tar").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        pytest.param(lambda file: file.write_bytes(b"no archive"), "no backup", id="foreign"),
        pytest.param(
            lambda file: os.truncate(file, file.stat().st_size // 2), "incomplete", id="cut off"
        ),
        pytest.param(spoil_dump, "damaged", id="damaged"),
        pytest.param(spoil_picture, "damaged", id="another picture"),
        pytest.param(leave_picture_out, "damaged", id="a picture less"),
        pytest.param(lambda file: file.unlink(), "No such file", id="missing"),
    ],
)
@pytest.mark.usefixtures("shop")
def test_a_bad_file_changes_nothing(tmp_path: Path, spoil: Any, complaint: str) -> None:
    file = tmp_path / "shop.tar"
    run("backup", str(file))
    spoil(file)
    before = rows_by_table(servers.database_url())

    with translation.override("en"):
        refused = run("restore", str(file), "--replace")

    assert refused.code == 1
    assert complaint in refused.error
    assert rows_by_table(servers.database_url()) == before


@pytest.mark.usefixtures("shop")
def test_an_encrypted_backup_opens_only_with_its_key(tmp_path: Path, settings: Any) -> None:
    file = tmp_path / "shop.tar"
    settings.BACKUP_KEY = KEY
    assert run("backup", str(file)).code == 0
    backed_up = rows_by_table(servers.database_url())

    for key, complaint in (("", "BACKUP_KEY"), ("a pass-phrase of another", "another")):
        settings.BACKUP_KEY = key
        with translation.override("en"):
            refused = run("restore", str(file), "--replace")
        assert refused.code == 1
        assert complaint in refused.error
    assert rows_by_table(servers.database_url()) == backed_up
    assert b"pg_dump" not in file.read_bytes()
    assert b"a sofa" not in file.read_bytes()


@pytest.mark.usefixtures("shop")
def test_the_newest_of_a_folder_are_kept_and_strangers_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 6):
        (folder / f"shop-2026010{day}-030000.tar").touch()
    (folder / "shop-of-my-own.tar").touch()

    done = run("backup", f"{folder}/", "--keep", "3")

    left = sorted(path.name for path in folder.iterdir())
    assert done.code == 0, done.error
    assert left[:2] == ["shop-20260104-030000.tar", "shop-20260105-030000.tar"]
    assert left[3:] == ["shop-of-my-own.tar"]
    assert (folder / left[2]).stat().st_size == Backup.objects.get().size


@pytest.mark.usefixtures("shop")
def test_what_a_killed_backup_has_left_goes_with_the_next_one_of_another_day(
    tmp_path: Path,
) -> None:
    left, under_way = tmp_path / ".backup-of-monday", tmp_path / ".backup-of-now"
    for folder in (left, under_way):
        folder.mkdir()
        (folder / "database.dump").write_bytes(b"names and addresses")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(left, (two_days_ago, two_days_ago))

    done = run("backup", f"{tmp_path}/")

    assert done.code == 0, done.error
    assert not left.exists()
    assert under_way.exists()


@pytest.mark.usefixtures("shop")
def test_the_clock_backs_up_where_it_is_told_to(tmp_path: Path, settings: Any) -> None:
    assert back_up() == ""
    settings.BACKUP_TO = str(tmp_path)
    settings.BACKUP_KEY = KEY

    name = back_up()

    assert name.endswith(".tar.sealed")
    assert (tmp_path / name).stat().st_size == Backup.objects.get().size


@pytest.mark.usefixtures("shop")
def test_a_backup_stands_though_older_ones_cannot_be_deleted(tmp_path: Path) -> None:
    (tmp_path / "shop-20200101-000000.tar").mkdir()

    done = run("backup", f"{tmp_path}/", "--keep", "1")
    assert done.code == 1
    assert "shop-20200101-000000.tar" in done.error
    made = Backup.objects.get()
    assert made.size in {path.stat().st_size for path in tmp_path.glob("shop-*.tar")}


def test_a_backup_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    refused = run("backup", str(tmp_path / "nowhere" / "shop.tar"))
    assert refused.code == 1
    assert "nowhere" in refused.error
