"""Backups and restores while one of the servers is away."""

import tarfile
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from cart import store
from core.redis import connect
from payments.gateway_log import store as log_store
from tests import servers
from tests.backoffice.test_back_up import _closed_client as _closed_client  # noqa: PLC0414
from tests.backoffice.test_back_up import elsewhere as elsewhere  # noqa: PLC0414 - a fixture
from tests.backoffice.test_back_up import manage, rows_by_table
from tests.backoffice.test_back_up import media as media  # noqa: PLC0414 - a fixture
from tests.backoffice.test_back_up import shop as shop  # noqa: PLC0414 - a fixture
from tests.commands import run

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = "redis://127.0.0.1:1/0"


def without_redis(monkeypatch: pytest.MonkeyPatch, _settings: Any) -> None:
    monkeypatch.setattr(store, "client", lambda: connect(NOBODY, decode_responses=True))


def without_mongodb(_monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    log_store._client(settings.MONGODB_URL).close()
    settings.MONGODB_URL = "mongodb://127.0.0.1:1/shop"


@pytest.mark.parametrize("take_away", [without_redis, without_mongodb])
@pytest.mark.usefixtures("shop")
def test_nothing_is_replaced_while_a_server_is_away(
    tmp_path: Path, take_away: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The backup knows nothing of itself, so what it replaces differs."""
    file = tmp_path / "shop.tar"
    run("backup", str(file))
    before = rows_by_table(servers.database_url())
    take_away(monkeypatch, settings)

    refused = run("restore", str(file), "--replace")

    assert refused.code == 1
    assert rows_by_table(servers.database_url()) == before
    assert before["backoffice_backup"]


@pytest.mark.usefixtures("shop")
def test_a_shop_without_redis_is_backed_up_without_carts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(NOBODY, decode_responses=True) as nobody:
        monkeypatch.setattr(store, "client", lambda: nobody)
        written = run("backup", str(tmp_path / "shop.tar"))

    with tarfile.open(tmp_path / "shop.tar") as archive:
        carts = archive.extractfile("carts.jsonl")
        assert carts is not None
        assert carts.read() == b""
    assert written.code == 0, written.error


@pytest.mark.usefixtures("shop")
def test_a_shop_without_mongodb_is_backed_up_without_its_log(
    tmp_path: Path, elsewhere: dict[str, str], settings: Any
) -> None:
    own = settings.MONGODB_URL
    settings.MONGODB_URL = "mongodb://127.0.0.1:1/shop"
    written = run("backup", str(tmp_path / "shop.tar"))
    log_store._client(settings.MONGODB_URL).close()
    settings.MONGODB_URL = own
    with MongoClient[dict[str, Any]](elsewhere["MONGODB_URL"]) as other:
        other.get_default_database()["gateway_log"].insert_one({"_id": "of before"})

        restored = manage("restore", str(tmp_path / "shop.tar"), "--replace", **elsewhere)
        entries = list(other.get_default_database()["gateway_log"].find())

    assert written.code == 0, written.error
    assert restored.returncode == 0, restored.stderr
    assert rows_by_table(elsewhere["DATABASE_URL"])["inventory_movement"]
    assert entries == [{"_id": "of before"}], "there is no better one"
