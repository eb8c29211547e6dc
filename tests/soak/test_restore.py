"""The drill: a shop of ten thousand orders is lost, and comes back out of one sealed file."""

import os
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.utils import timezone
from psycopg import sql
from pymongo import MongoClient
from pymongo.database import Database

from config.embedded import conninfo
from core.redis import client, connect
from orders.models import Order
from payments.gateway_log import store
from tests import databases, every_table
from tests.backoffice.test_back_up import elsewhere as elsewhere  # noqa: PLC0414 - a fixture
from tests.backoffice.test_back_up import manage, sequences
from tests.bench import growth

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]
ORDERS = int(os.environ.get("DRILL_ORDERS", "10000"))
CARTS, ENTRIES = 500, 20_000
MAX_SECONDS = 120
KEY = "a pass-phrase of this shop"
# Tables without a row, of which nothing can be compared: there are none.
STAY_EMPTY: set[str] = set()


def sums(url: str) -> dict[str, Any]:
    """The rows of every table and what they add up to, in whatever order they lie."""
    with psycopg.connect(conninfo(url)) as database:
        tables = database.execute(
            "SELECT c.relname FROM pg_class c WHERE relkind IN ('r', 'p', 'm')"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()
        one = (
            "SELECT count(*), COALESCE(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)"
            " FROM {} t"
        )
        return {
            table: database.execute(sql.SQL(one).format(sql.Identifier(table))).fetchone()
            for (table,) in tables
        }


def rules(url: str) -> list[str]:
    """
    Constraints, indexes, triggers and functions.

    Without types and brackets, of which PostgreSQL writes others once it has read its own words.
    """
    with psycopg.connect(conninfo(url)) as database:
        rows = database.execute(
            "SELECT 'rule', conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
            " UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes"
            " WHERE schemaname = 'public'"
            " UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal"
            " UNION ALL SELECT 'function', proname, prosrc FROM pg_proc p"
            " WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d"
            " WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1, 2, 3"
        ).fetchall()
    return sorted(re.sub(r"::[a-z ]+|[()\[\]]", "", " ".join(row)) for row in rows)


def files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


@pytest.fixture
def shop(settings: Any, tmp_path: Path, mongo: Database[dict[str, Any]]) -> Iterator[str]:
    """The demo shop with its pictures, grown; carts, and a log of the gateways. Its database."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_KEY = KEY
    with databases.empty_copy("drill") as url, databases.shop_on(DATABASE_URL=url):
        _fill(mongo)
        yield url
    store._client(settings.MONGODB_URL).close()
    store._client.forget()


def _fill(mongo: Database[dict[str, Any]]) -> None:
    call_command("seed_demo")
    growth.grow(ORDERS)
    every_table.fill_the_empty()
    mongo["gateway_log"].drop()
    mongo["gateway_log"].insert_many([_entry(number) for number in range(ENTRIES)])
    for number in range(CARTS):
        client().hset(f"cart:{number}", mapping={"v|": '{"quantity": 1}'})
        client().expire(f"cart:{number}", 3600)


def _entry(number: int) -> dict[str, Any]:
    """With every kind of value that the log has."""
    return {
        "_id": f"{number:06}",
        "created_at": timezone.now() - timedelta(seconds=number),
        "order": f"PED-20260101-{number % 9000:04}",
        "payment": None,
        "error": "El banco dijo «no»: ñandú 🦤" if number % 7 == 0 else "",
        "status": 200 + number % 300,
        "seconds": number / 7,
        "answer": {"n": number, "large": 2**40 + number, "is_live": True, "parts": [1, "two", {}]},
    }


def log_in(url: str) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](url) as server:
        return list(server.get_default_database()["gateway_log"].find().sort("_id"))


def test_a_large_shop_is_back_within_two_minutes_and_the_same(
    shop: str, tmp_path: Path, elsewhere: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "shop.tar.sealed"
    before = sums(shop)
    began = time.monotonic()
    call_command("backup", str(file))
    kept = time.monotonic()
    restored = manage("restore", str(file), **elsewhere, BACKUP_KEY=KEY)
    ended = time.monotonic()

    assert restored.returncode == 0, restored.stderr
    with capsys.disabled():
        filled = sum(rows > 0 for rows, _sum in before.values())
        print(  # noqa: T201 - the figures of docs/backups.md
            f"\n{Order.objects.count():,} orders, {len(files(tmp_path / 'media')):,} files,"
            f" {file.stat().st_size / 1e6:.0f} MB: backed up in {kept - began:.1f} s,"
            f" restored in {ended - kept:.1f} s; {filled} of {len(before)} tables have rows"
        )
    assert {name for name, (rows, _sum) in before.items() if not rows} == STAY_EMPTY
    after = sums(elsewhere["DATABASE_URL"])
    # The shop has noted its backup since; the backup does not know of itself.
    assert before.pop("backoffice_backup") == after.pop("backoffice_backup")
    assert {name: after[name] for name in before if after[name] != before[name]} == {}
    assert after.keys() == before.keys()
    assert sequences(elsewhere["DATABASE_URL"]) == sequences(shop)
    assert rules(elsewhere["DATABASE_URL"]) == rules(shop)
    assert log_in(elsewhere["MONGODB_URL"]) == log_in(os.environ["MONGODB_URL"])
    assert files(Path(elsewhere["MEDIA_ROOT"])) == files(tmp_path / "media")
    with connect(elsewhere["REDIS_URL"], decode_responses=True) as carts:
        assert len(carts.keys("cart:*")) == CARTS
    assert ended - kept <= MAX_SECONDS
