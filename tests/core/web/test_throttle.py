"""Limits are counted in a Redis that is full of other things."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from config import embedded
from config.processes import Supervisor
from core import redis
from core.redis import connect
from core.web import throttle

PAGE = "x" * 20_000


@pytest.fixture
def small_valkey(tmp_path: Path, settings: Any) -> Iterator["Redis"]:
    """The embedded one, with room for three megabytes more."""
    with Supervisor(tmp_path) as supervisor:
        settings.REDIS_URL = embedded.start(supervisor, ["REDIS_URL"], durable=False)["REDIS_URL"]
        redis.client.forget()
        with connect(settings.REDIS_URL) as server:
            server.config_set("maxmemory", server.info("memory")["used_memory"] + 3_000_000)
            yield server
        redis.client.forget()


def test_a_flood_of_pages_takes_no_limit_away(small_valkey: "Redis") -> None:
    visitors = [f"door:203.0.113.{number}" for number in range(200)]
    for visitor in visitors:
        assert throttle.allows(visitor, most=1, seconds=60)
    small_valkey.set("cart:1", "a sofa", ex=172_800)

    for number in range(2000):
        small_valkey.set(f"{{pages:1}}:page:{number}", PAGE, ex=600)

    assert small_valkey.info("stats")["evicted_keys"] > 1000
    assert not any(throttle.allows(visitor, most=1, seconds=60) for visitor in visitors)
    assert small_valkey.get("cart:1") == b"a sofa"


def test_a_window_ends_and_another_begins() -> None:
    passed = [throttle.allows("door", most=1, seconds=60) for _time in range(2)]
    over = throttle.is_over("door", most=1)
    # As it is a minute later.
    redis.client().expire("throttle:door", throttle._BEYOND)

    assert (passed, over) == ([True, False], True)
    assert not throttle.is_over("door", most=1)
    assert throttle.allows("door", most=1, seconds=60)
