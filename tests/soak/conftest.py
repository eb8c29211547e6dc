"""A shop that a soak test meets over HTTP."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config import embedded
from config.processes import Supervisor
from config.run import free_port, start_web
from tests import servers


@dataclass(frozen=True)
class Store:
    """A real web server on this test's database, with a Valkey of its own."""

    port: int
    redis_url: str
    log: Path

    def errors(self) -> list[str]:
        """What it has written of answers that nobody should get."""
        lines = self.log.read_text().splitlines()
        return [line for line in lines if '"error"' in line]


@pytest.fixture
def store(tmp_path: Path, transactional_db: None) -> Iterator[Store]:
    with Supervisor(tmp_path) as supervisor:
        own = embedded.start(supervisor, ["REDIS_URL"], durable=False)
        port = free_port("127.0.0.1", 0)
        environment = {
            **os.environ,
            **own,
            "DATABASE_URL": servers.database_url(),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DEMO": "1",
        }
        web = start_web(supervisor, "127.0.0.1", port, environment)
        yield Store(port, own["REDIS_URL"], web.log)
