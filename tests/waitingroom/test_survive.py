"""Redis dies and forgets all, and so does the web server: the queue goes on in its order."""

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psutil
import pytest
from redis import Redis, RedisError

from config import embedded
from config.processes import Supervisor, wait_until
from config.run import free_port, start_web
from tests import servers
from tests.faults.visitor import Visitor
from tests.waitingroom.factories import WaitingRoomFactory
from waitingroom.models import RoomState


class Store:
    """A web server, and a Valkey of its own that keeps nothing on the disk."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        own = embedded.start(supervisor, ["REDIS_URL"], durable=False)
        [self._valkey] = supervisor.children
        self._binary = psutil.Process(self._valkey.process.pid).exe()
        self._redis_url = own["REDIS_URL"]
        self.port = free_port("127.0.0.1", 0)
        self._environment = {
            **os.environ,
            **own,
            "DATABASE_URL": servers.database_url(),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
        }
        self.start_web()

    def start_web(self) -> None:
        self._web = start_web(self._supervisor, "127.0.0.1", self.port, self._environment)

    def kill_web(self) -> None:
        self._web.process.kill()
        self._web.stop()

    def kill_valkey(self) -> None:
        self._valkey.process.kill()
        self._valkey.stop()

    def start_valkey(self) -> None:
        config = self._supervisor.folder.resolve() / "valkey" / "valkey.conf"
        self._valkey = self._supervisor.start("valkey", [self._binary, config])
        wait_until(self._answers, self._valkey)

    def _answers(self) -> bool:
        try:
            with Redis.from_url(self._redis_url) as redis:
                return bool(redis.ping())
        except RedisError:
            return False


@pytest.fixture
def store(tmp_path: Path, transactional_db: None) -> Iterator[Store]:
    with Supervisor(tmp_path) as supervisor:
        yield Store(supervisor)


def test_the_queue_outlives_redis_and_the_web_server(store: Store) -> None:
    room = WaitingRoomFactory.create(state=RoomState.PAUSED)
    queue = f"/drops/{room.collection.slug}/queue/"
    visitors = [Visitor(f"http://127.0.0.1:{store.port}") for _ in range(6)]
    for visitor in visitors:
        visitor.get(queue)

    store.kill_valkey()
    meanwhile = visitors[0].get(queue)
    store.kill_web()
    store.start_valkey()
    store.start_web()
    Visitor(f"http://127.0.0.1:{store.port}").get(queue)  # somebody new comes first
    for visitor in Random(4).sample(visitors, 6):
        visitor.get(queue)

    assert (meanwhile.status, "Tu lugar se guarda" in meanwhile.text) == (200, True)
    pages = [visitor.get(queue).text for visitor in visitors]
    assert "Sigues tú" in pages[0]
    assert "Hay 1 persona antes que tú" in pages[1]
    for before, page in enumerate(pages[2:], start=2):
        assert f"Hay {before} personas antes que tú" in page
