"""Nothing of Django here: pytest reads this before the settings stand."""

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.server import Server

SECRET = "a secret between the shop and the simulator"


@pytest.fixture
def simulator(settings: Any) -> Iterator[Server]:
    """The provider, running; nobody delivers its webhooks unless a test does."""
    with Server(secret=SECRET) as server:
        settings.DEMO = True
        settings.SIMULATOR_API_BASE = server.url
        settings.SIMULATOR_SECRET = SECRET
        yield server
