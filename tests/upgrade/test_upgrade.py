"""`make upgrade` brings a shop of an older version to this one, with all that it has."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core import signing
from redis import Redis

from cart.cookies import COOKIE, SALT
from config import embedded, upgrade
from config.processes import StartError, Supervisor
from config.run import free_port, start_web
from tests import schema
from tests.databases import empty_copy, shop_on
from tests.faults.visitor import Visitor
from tests.servers import database_url
from tests.upgrade import next_version, old_code

pytestmark = [pytest.mark.django_db, pytest.mark.whole_shop]
# What the books consist of. The rest is counted as well, but may grow by an upgrade.
BOOKS = (
    *("orders_order", "orders_orderline", "orders_orderaddress", "orders_orderevent"),
    *("payments_payment", "payments_ledgerentry", "payments_refund", "payments_paymentmethod"),
    *("inventory_movement", "inventory_stocklevel", "inventory_reservation", "inventory_warehouse"),
    *("shipping_shipment", "shipping_shipmentitem", "shipping_shippingrate", "returns_return"),
    *("catalog_product", "catalog_variant", "catalog_pricehistory", "catalog_productimage"),
    *("promotions_promotion", "promotions_coupon", "promotions_redemption"),
    *("reviews_review", "accounts_user", "accounts_address", "invoicing_fiscaldocument"),
)
COLUMNS = """
    SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY column_name)
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name <> 'updated_at'
    GROUP BY 1
"""


@dataclass(frozen=True)
class OldShop:
    """A database of the older version, and a cart in Redis."""

    environment: dict[str, str]
    cart: UUID

    @property
    def url(self) -> str:
        return self.environment["DATABASE_URL"]

    def upgrade(self, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tests.upgrade.next_version"],
            cwd=old_code.ROOT,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def restore(self) -> None:
        """Lead the way back that the upgrade names."""
        subprocess.run(
            [sys.executable, "manage.py", "restore", self.environment["BACKUP"], "--replace"],
            cwd=old_code.ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
        )


@pytest.fixture
def old_shop(redis_server: Redis, tmp_path: Path) -> Iterator[OldShop]:
    with old_code.empty_database(f"old_{uuid4().hex[:12]}") as url:
        old_code.load(url)
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DEMO": "1",
            "STORE_DATA": str(tmp_path / "store"),
            "MEDIA_ROOT": str(tmp_path / "media"),
            "BACKUP": str(tmp_path / "before.tar"),
        }
        yield OldShop(environment, old_code.put_cart(redis_server))


def columns(url: str) -> dict[str, str]:
    with psycopg.connect(embedded.conninfo(url)) as database:
        return dict(database.execute(COLUMNS).fetchall())


def contents(url: str, asked: dict[str, str]) -> dict[str, tuple[int, str]]:
    """Of each table how many rows it has, and what all of them say in these columns."""
    with psycopg.connect(embedded.conninfo(url)) as database:
        return {
            table: database.execute(
                f"SELECT count(*), md5(string_agg(row, '' ORDER BY row))"
                f" FROM (SELECT ROW({names})::text AS row FROM {table}) AS rows"
            ).fetchall()[0]
            for table, names in asked.items()
        }


def in_both(url: str) -> dict[str, str]:
    """The columns that each table has in this older database and in this version."""
    before, after = columns(url), columns(database_url(schema.current()))
    return {
        table: ", ".join(name for name in names.split(", ") if name in after[table].split(", "))
        for table, names in before.items()
        if table in after
    }


def test_everything_is_there_afterwards_the_shop_sells_and_the_backup_leads_back(
    old_shop: OldShop, tmp_path: Path
) -> None:
    compared, old_columns = in_both(old_shop.url), columns(old_shop.url)
    before, stood = contents(old_shop.url, compared), contents(old_shop.url, old_columns)
    planned = old_shop.upgrade(PLAN="1")
    untouched = contents(old_shop.url, compared)

    done = old_shop.upgrade()

    after = contents(old_shop.url, compared)
    assert (planned.returncode, untouched) == (0, before), planned.stderr
    assert next_version.STEP in planned.stdout
    assert "Nothing was changed" in planned.stdout
    assert done.returncode == 0, done.stdout + done.stderr
    assert unwritten(old_shop.url) == 0
    assert [name for name in BOOKS if not before[name][0]] == []
    assert [name for name in BOOKS if after[name] != before[name]] == []
    assert [name for name in compared if after[name][0] < before[name][0]] == []
    with Supervisor(tmp_path / "web") as supervisor:
        port = free_port("127.0.0.1", 0)
        url = f"http://127.0.0.1:{port}"
        start_web(supervisor, "127.0.0.1", port, {**old_shop.environment, "SITE_URL": url})
        sells(url, old_shop)
    assert columns(old_shop.url) != old_columns
    old_shop.restore()
    assert columns(old_shop.url) == old_columns
    assert contents(old_shop.url, old_columns) == stood


def unwritten(url: str) -> int:
    """The orders that the next version's migration has left out."""
    with psycopg.connect(embedded.conninfo(url)) as database:
        found = database.execute("SELECT count(*) FROM orders_order WHERE reply_to <> email")
        return int(found.fetchall()[0][0])


def sells(address: str, shop: OldShop) -> None:
    """Pages, the cart of before, and one more unit in it."""
    visitor = Visitor(address)
    cookie = signing.get_cookie_signer(salt=COOKIE + SALT).sign(str(shop.cart))
    with psycopg.connect(embedded.conninfo(shop.url)) as database:
        [[sku, name, slug]] = database.execute(
            "SELECT v.sku, p.name_es, p.slug FROM catalog_variant v"
            " JOIN catalog_product p ON p.id = v.product_id"
            " JOIN inventory_reservation r ON r.variant_id = v.id WHERE r.reference = %s",
            [shop.cart],
        ).fetchmany(1)
    cart = visitor.get("/cart/", Cookie=f"{COOKIE}={cookie}")
    added = visitor.post("/cart/add/", {"variant": sku, "quantity": "1"})

    assert [visitor.get(path).status for path in ("/", f"/p/{slug}/", "/readyz")] == [200] * 3
    assert name in cart.text
    assert added.status == 302


def test_a_database_without_a_shop_is_refused() -> None:
    with (
        old_code.empty_database(f"none_{uuid4().hex[:12]}") as url,
        shop_on(DATABASE_URL=url),
        pytest.raises(StartError, match="no shop in this database"),
    ):
        upgrade._check_way()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('orders', '9999_x', now())",
            "A newer version",
        ),
        (
            "UPDATE django_migrations SET name = '0001_extensions' WHERE app = 'core'",
            "before the first release",
        ),
    ],
)
def test_what_this_version_cannot_take_over_is_refused(change: str, fault: str) -> None:
    with empty_copy(f"odd_{uuid4().hex[:12]}") as url:
        with psycopg.connect(embedded.conninfo(url)) as database:
            database.execute(change)
        with shop_on(DATABASE_URL=url), pytest.raises(StartError, match=fault):
            upgrade._check_way()
