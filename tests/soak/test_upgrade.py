"""The tables change under a shop of the older version while visitors buy in it."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from config import embedded, run
from config.processes import Supervisor
from tests.checkout.factories import form_data
from tests.faults.visitor import Visitor
from tests.upgrade import old_code

pytestmark = pytest.mark.soak
VISITORS = 4
BEFORE, AFTER = 3.0, 5.0  # seconds of ordinary business
SLOWEST = 8.0
NUMBER = re.compile(r"PED-\d{8}-\d+")


@dataclass
class Crowd:
    """Visitors who look, and order by bank transfer, until they are told to go."""

    url: str
    skus: list[str]
    is_over: threading.Event = field(default_factory=threading.Event)
    answers: list[tuple[str, int, float]] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)

    def visit(self, number: int) -> None:
        for turn in range(1_000_000):
            if self.is_over.is_set():
                return
            self._buy(Visitor(self.url), self.skus[(number + turn) % len(self.skus)], number, turn)

    def _buy(self, visitor: Visitor, sku: str, number: int, turn: int) -> None:
        typed = form_data(
            email=f"v{number}-{turn}@example.com",
            phone=f"9{number}{turn:07}",
            street=f"Av. Larco {turn}{number}",
            payment="transfer",
            shipping="olva-standard",
            seen='{"goods": "100000.00", "delivery": {"olva-standard": "1000.00"}}',
        )
        self._note(visitor, "get", "/")
        self._note(visitor, "post", "/cart/add/", {"variant": sku, "quantity": "1"})
        self._note(visitor, "get", "/checkout/")
        place = self._note(visitor, "post", "/checkout/", typed)
        self.orders += NUMBER.findall(place)[:1]

    def _note(self, visitor: Visitor, method: str, path: str, *fields: dict[str, str]) -> str:
        began = time.monotonic()
        answer = getattr(visitor, method)(path, *fields)
        self.answers.append((f"{method} {path}", answer.status, time.monotonic() - began))
        return str(answer.location)


def test_visitors_buy_while_the_tables_change(tmp_path: Path) -> None:
    program = old_code.unpack(tmp_path)
    with old_code.empty_database(f"busy_{uuid4().hex[:12]}") as url, Supervisor(tmp_path) as shop:
        old_code.load(url)
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DEMO": "1",
            "STORE_DATA": str(tmp_path / "store"),
            "MEDIA_ROOT": str(tmp_path / "media"),
        }
        with psycopg.connect(embedded.conninfo(url)) as database:
            skus = [row[0] for row in database.execute(old_code.HELD)]
        crowd = Crowd(old_code.start_web(shop, program, environment), skus)
        threads = [threading.Thread(target=crowd.visit, args=[n]) for n in range(VISITORS)]
        for thread in threads:
            thread.start()
        time.sleep(BEFORE)
        upgraded = subprocess.run(
            [sys.executable, "-m", "tests.upgrade.next_version"],
            cwd=old_code.ROOT,
            env=environment | {"BACKUP": str(tmp_path / "before.tar")},
            capture_output=True,
            text=True,
            check=False,
        )
        time.sleep(AFTER)
        crowd.is_over.set()
        for thread in threads:
            thread.join()
        books = _differences(environment)
        port = run.free_port("127.0.0.1", 0)
        site = f"http://127.0.0.1:{port}"
        run.start_web(shop, "127.0.0.1", port, environment | {"SITE_URL": site})
        home = Visitor(site).get("/").status
        with psycopg.connect(embedded.conninfo(url)) as database:
            kept = {row[0] for row in database.execute("SELECT number FROM orders_order")}

    slowest = max(crowd.answers, key=lambda answer: answer[2])
    sys.stderr.write(f"{len(crowd.answers)} answers, {len(crowd.orders)} orders; {slowest}\n")
    assert "The data is that of" in upgraded.stdout, upgraded.stdout + upgraded.stderr
    assert books == []
    assert [answer for answer in crowd.answers if answer[1] >= 400] == []
    assert len(crowd.orders) > VISITORS
    assert set(crowd.orders) <= kept
    assert slowest[2] < SLOWEST
    assert home == 200


def _differences(environment: dict[str, str]) -> list[dict[str, str]]:
    """What the books say of the orders, but for the news: there was no worker to hand them on."""
    asked = subprocess.run(
        [sys.executable, "manage.py", "check_orders", "--format", "json"],
        cwd=old_code.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return [row for row in json.loads(asked.stdout) if row["fact"] != "news"]
