"""The shop behind a real PgBouncer in transaction mode, with fewer servers than it has threads."""

import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from audit.context import traced
from audit.models import AuditEntry
from backoffice.reports.registry import REPORTS
from catalog.models import Product
from config import embedded
from config.run import free_port
from core.reports.base import Filters
from inventory import consistency, services
from inventory.exceptions import OutOfStock
from inventory.models import Reservation
from outbox.tasks import deliver_due
from tests import databases
from tests.catalog.factories import VariantFactory
from tests.concurrency import at_once
from tests.inventory.factories import stocked

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
SERVERS = 3
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not PGBOUNCER, reason="pgbouncer is not installed: apt install pgbouncer"),
]


@pytest.fixture(scope="module", autouse=True)
def _behind_pgbouncer(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    folder, port = tmp_path_factory.mktemp("pgbouncer"), free_port("127.0.0.1", 0)
    with databases.empty_copy("bounced") as url, django_db_blocker.unblock():
        bouncer = subprocess.Popen(_command(folder, url, port))
        front = f"postgres://{embedded.NAME}@127.0.0.1:{port}/bounced"
        try:
            _wait(front)
            with databases.shop_on(DATABASE_URL=front, DATABASE_PGBOUNCER="1"):
                yield
        finally:
            bouncer.terminate()
            bouncer.wait(10)


def _command(folder: Path, url: str, port: int) -> list[str]:
    sockets = unquote(urlsplit(url).path.rpartition("/")[0])
    (folder / "pgbouncer.ini").write_text(f"""
[databases]
bounced = host={sockets} user={embedded.NAME}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {SERVERS}
max_client_conn = 500
""")
    root = ["-u", "nobody"] if os.geteuid() == 0 else []
    return [str(PGBOUNCER), "-q", *root, str(folder / "pgbouncer.ini")]


def _wait(url: str) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with suppress(psycopg.OperationalError):
            psycopg.connect(embedded.conninfo(url)).close()
            return
        time.sleep(0.1)
    raise TimeoutError(url)


def _hold(variant_id) -> str:
    try:
        services.reserve(
            {variant_id: 1}, reference=uuid4(), until=timezone.now() + timedelta(minutes=9)
        )
    except OutOfStock:
        return "refused"
    return "held"


def test_a_crowd_holds_exactly_what_there_is() -> None:
    variant = stocked(20)

    results = Counter(at_once(lambda: _hold(variant.pk), times=60))

    assert results == {"held": 20, "refused": 40}
    assert Reservation.objects.active().filter(variant=variant).count() == 20
    assert consistency.differences() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = 'bounced'")
        assert cursor.fetchone()[0] <= SERVERS


def test_what_is_written_down_names_who_wrote_it() -> None:
    products = [VariantFactory.create().product for _ in range(12)]
    names = [f"page {number}" for number in range(12)]
    waiting = list(zip(products, names, strict=True))

    def reprice() -> None:
        product, name = waiting.pop()
        with traced(origin=name):
            Product.objects.filter(pk=product.pk).update(base_price=77)

    at_once(reprice, times=12)

    told = AuditEntry.objects.filter(table="catalog_product", action="changed")
    assert {entry.object_id: entry.origin for entry in told} == {
        str(product.pk): name for product, name in zip(products, names, strict=True)
    }


@pytest.mark.parametrize("name", REPORTS)
def test_reports_can_be_read(name: str) -> None:
    stocked(5)

    list(REPORTS[name].rows(Filters(by=next(iter(REPORTS[name].groupings), ""))))


def test_pages_answer_and_news_arrives() -> None:
    variant = stocked(5)
    client = Client()

    pages = ["/", f"/p/{variant.product.slug}/", "/search/?q=producto", "/cart/"]
    added = client.post("/cart/add/", {"variant": variant.sku, "quantity": 2})

    assert [client.get(page).status_code for page in pages] == [200] * 4
    assert added.status_code in (200, 302)
    deliver_due()
    assert Reservation.objects.active().filter(variant=variant).exists()
