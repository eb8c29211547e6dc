"""
A shop of an older version: its code out of the history, its data out of files beside this one.

`python -m tests.upgrade.old_code` writes them with today's code: the demo shop and a cart. Run it
after a release and commit them: the commit that stored them is the older version.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from redis import Redis

from config import embedded
from config.processes import Supervisor, wait_until
from config.run import _answers, address, free_port
from tests import servers
from tests.faults.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).with_name("shop.sql.gz")
CART = Path(__file__).with_name("cart.json")
HELD = """
    SELECT v.sku FROM catalog_variant v JOIN inventory_stocklevel l ON l.variant_id = v.id
    JOIN catalog_product p ON p.id = v.product_id
    WHERE v.is_active AND p.is_active AND p.kind = 'physical'
    GROUP BY v.sku HAVING sum(l.on_hand - l.committed - l.reserved) > 20 ORDER BY v.sku
"""


# What its worker would have done: it has handed on the news. What was held then is held still.
SINCE = """
    SET session_replication_role = replica;
    UPDATE outbox_message SET delivered_at = now() WHERE delivered_at IS NULL;
    UPDATE orders_order SET expires_at = now() + interval '1 day' WHERE status = 'pending';
    UPDATE inventory_reservation SET expires_at = now() + interval '1 day' WHERE status = 'active';
"""


def unpack(folder: Path) -> Path:
    """Write the code of the commit that stored the data; without a history, skip the test."""
    log = ["git", "-C", str(ROOT), "log", "-1", "--format=%H", "--", str(DATA)]
    commit = subprocess.run(log, capture_output=True, check=False, text=True).stdout.strip()
    if not commit:
        pytest.skip("This checkout has no history.")
    packed, program = folder / "old.tar", folder / "old"
    archive = ["git", "-C", str(ROOT), "archive", "--output", str(packed), commit]
    subprocess.run(archive, check=True)
    program.mkdir()
    subprocess.run(["tar", "--extract", "--file", packed, "--directory", program], check=True)
    subprocess.run([sys.executable, "-m", "config.translations"], cwd=program, check=True)
    return program


def start_web(supervisor: Supervisor, program: Path, environment: Mapping[str, str]) -> str:
    """Start the web server of that program; gives its address."""
    port = free_port("127.0.0.1", 0)
    command = [
        *("sh", "-c", 'cd "$0" && exec "$@"', str(program), sys.executable, "-m", "granian"),
        *("config.wsgi:application", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "2", "--blocking-threads", "4", "--no-ws"),
        *("--workers-kill-timeout", "3s", "--log-level", "warning"),
    ]
    url = address("127.0.0.1", port)
    child = supervisor.start("old-web", command, environment={**environment, "SITE_URL": url})
    wait_until(lambda: _answers(f"{url}/healthz"), child)
    return url


def load(url: str) -> None:
    """Write the old shop into this empty database."""
    database = embedded.conninfo(url)
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    subprocess.run(
        [embedded.program("psql"), *options, f"--dbname={database}"],
        input=gzip.decompress(DATA.read_bytes()),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    with psycopg.connect(database) as connection:
        connection.execute(SINCE)


def put_cart(redis: Redis) -> UUID:
    """Write the old cart; gives its key."""
    [(name, lines)] = json.loads(CART.read_text()).items()
    redis.hset(name, mapping=lines)
    redis.expire(name, 3600)
    return UUID(name.partition(":")[2])


def main() -> None:
    """Write both files again."""
    with tempfile.TemporaryDirectory() as name, Supervisor(Path(name) / "store") as supervisor:
        urls = servers.as_owner(embedded.start(supervisor, list(embedded.STARTERS), durable=False))
        environment = {**os.environ, **servers.SETTINGS, **urls, "MEDIA_ROOT": f"{name}/media"}
        for command in (["migrate", "--verbosity=0"], ["seed_demo", "--without-copies"]):
            subprocess.run(
                [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True
            )
        visitor = Visitor(start_web(supervisor, ROOT, environment))
        with psycopg.connect(embedded.conninfo(urls["DATABASE_URL"])) as database:
            skus = [row[0] for row in database.execute(HELD)]
        for sku in skus[:2]:
            visitor.post("/cart/add/", {"variant": sku, "quantity": "2"})
        _keep(urls)


def _keep(urls: Mapping[str, str]) -> None:
    with Redis.from_url(urls["REDIS_URL"], decode_responses=True) as redis:
        [name] = redis.scan_iter("cart:*", count=1000)
        CART.write_text(json.dumps({name: redis.hgetall(name)}, indent=1) + "\n")
    dumped = subprocess.run(
        [
            *(embedded.program("pg_dump"), "--no-owner", "--no-privileges"),
            f"--dbname={embedded.conninfo(urls['DATABASE_URL'])}",
        ],
        capture_output=True,
        check=True,
    )
    DATA.write_bytes(gzip.compress(dumped.stdout, 9, mtime=0))


@contextmanager
def empty_database(name: str) -> Iterator[str]:
    """The URL of a database without tables, in the test run's PostgreSQL."""
    with psycopg.connect(
        embedded.conninfo(servers.database_url("postgres")), autocommit=True
    ) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield servers.database_url(name)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    main()
