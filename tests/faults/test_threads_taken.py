"""Slow visitors and a hung database: what needs neither is answered within a second."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from config import embedded
from config.asgi import THREADS
from config.processes import Supervisor
from config.run import WEB_WORKERS, free_port, start_web
from tests import databases, servers
from tests.faults.slow import REFUSED_AFTER, unfinished_posts
from tests.faults.visitor import Answer, Visitor

ALL_THREADS = WEB_WORKERS * THREADS
IMPATIENT = "tests.faults.impatient:application"


@dataclass(frozen=True)
class Store:
    """A web server with a PostgreSQL and a Valkey that are nobody else's."""

    url: str
    postgres: int

    def get(self, path: str) -> tuple[Answer, float]:
        """The answer, and the seconds that it took."""
        began = time.monotonic()
        answer = Visitor(self.url).get(path)
        return answer, time.monotonic() - began

    @contextmanager
    def hung_database(self) -> Iterator[None]:
        """PostgreSQL is there, takes connections, and says nothing."""
        server = psutil.Process(self.postgres)
        stopped = [server, *server.children(recursive=True)]
        for each in stopped:
            each.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for each in stopped:
                each.send_signal(signal.SIGCONT)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("store")
    with Supervisor(folder) as supervisor:
        made = embedded.start(supervisor, ["DATABASE_URL", "REDIS_URL"], durable=False)
        own = servers.as_owner(made)
        databases.copy_tables(own["DATABASE_URL"])
        port = free_port("127.0.0.1", 0)
        url = f"http://127.0.0.1:{port}"
        environment = {**os.environ, **own, "SITE_URL": url}
        start_web(supervisor, "127.0.0.1", port, environment, application=IMPATIENT)
        pids = {child.name: child.process.pid for child in supervisor.children}
        found = Store(url, pids["postgres"])
        assert found.get("/")[0].status == 200
        yield found


def test_unfinished_posts_keep_nobody_from_reading_and_signing_in(store: Store) -> None:
    with unfinished_posts(store.url, 3 * ALL_THREADS):
        found = {path: store.get(path) for path in ("/", "/healthz", "/readyz", "/account/login/")}

    assert {path: answer.status for path, (answer, _) in found.items()} == dict.fromkeys(found, 200)
    assert max(seconds for _, seconds in found.values()) < 1


def test_a_hung_database_is_named_and_kept_pages_are_sent(store: Store) -> None:
    with ThreadPoolExecutor(4 * ALL_THREADS) as visitors, store.hung_database():
        asked = [f"/p/unknown-{number}/" for number in range(4 * ALL_THREADS)]
        waiting = [visitors.submit(store.get, path) for path in asked]
        time.sleep(1.1)  # what /readyz has said is remembered for a second
        found = {path: store.get(path) for path in ("/", "/healthz")}
        ready, told_after = store.get("/readyz")
        metrics, measured_after = store.get("/metrics")
        # It asks no database, so it is shown if a thread is left.
        login, told_in = store.get("/account/login/")

    assert [answer.status for answer, _ in found.values()] == [200, 200]
    assert max(seconds for _, seconds in found.values()) < 1
    assert (ready.status, '"postgresql": "does not answer"' in ready.text) == (503, True)
    assert told_after < 2
    assert (metrics.status, 'vitrina_server_up{server="postgresql"} 0' in metrics.text) == (
        200,
        True,
    )
    assert measured_after < 5
    assert login.status in (200, 503)
    assert told_in < REFUSED_AFTER + 2
    # Who was in the middle of something has gone on; the shop is as it was.
    assert {each.result()[0].status for each in waiting} == {404, 503}
    after, seconds = store.get("/cart/")
    assert (after.status, seconds < 2) == (200, True)
    assert store.get("/readyz")[0].status == 200
