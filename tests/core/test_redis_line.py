"""A thread's own connection to Redis answers as the client does, and comes back by itself."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import TimeoutError as TooSlow

from config import embedded
from config.processes import Supervisor
from core.redis_line import Line
from tests.valkeys import frozen


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path) as supervisor:
        yield supervisor


@pytest.fixture
def redis(supervisor: Supervisor) -> Iterator["Redis"]:
    url = embedded.start(supervisor, ["REDIS_URL"], durable=False)["REDIS_URL"]
    with Redis.from_url(url, socket_connect_timeout=0.2, socket_timeout=0.2) as client:
        client.set("page", b"\x00bytes")
        yield client


def test_it_gives_what_the_client_gives(redis: "Redis") -> None:
    line = Line(redis)

    assert [line.get("page"), line.get("nothing")] == [b"\x00bytes", None]


def test_a_connection_that_was_closed_is_made_again(redis: "Redis") -> None:
    line = Line(redis)
    line.get("page")

    redis.client_kill_filter(_type="normal", skipme=True)

    assert line.get("page") == b"\x00bytes"


def test_each_thread_has_its_own(redis: "Redis") -> None:
    line = Line(redis)

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: line.get("page"), range(200)))

    assert set(found) == {b"\x00bytes"}
    assert len(redis.client_list()) <= 1 + 4


def test_it_ends_with_its_thread(redis: "Redis") -> None:
    line = Line(redis)

    for _each in range(10):
        with ThreadPoolExecutor(1) as thread:
            thread.submit(line.get, "page").result()

    assert len(redis.client_list()) == 1


def test_a_server_that_is_frozen_is_waited_for_once_and_answers_later(
    supervisor: Supervisor, redis: "Redis"
) -> None:
    line = Line(redis)
    line.get("page")

    with frozen(supervisor.children[0]), pytest.raises(TooSlow):
        line.get("page")

    assert line.get("page") == b"\x00bytes"


def test_a_server_that_is_gone_is_an_error(supervisor: Supervisor, redis: "Redis") -> None:
    line = Line(redis)
    line.get("page")
    supervisor.children[0].stop()

    with pytest.raises(Disconnected):
        line.get("page")
