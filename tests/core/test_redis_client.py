"""A thread's own connection to Redis answers as the client does, and comes back by itself."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import TimeoutError as TooSlow

from config import embedded
from config.processes import Supervisor
from core.redis import ThreadReader
from tests.valkeys import frozen


@pytest.fixture
def url(supervisor: Supervisor) -> str:
    return embedded.start(supervisor, ["REDIS_URL"], durable=False)["REDIS_URL"]


@pytest.fixture
def redis(url: str) -> Iterator["Redis"]:
    with Redis.from_url(url) as client:
        client.set("page", b"\x00bytes")
        yield client


@pytest.fixture
def reader(url: str, redis: "Redis") -> ThreadReader:
    return ThreadReader(url, socket_connect_timeout=0.2, socket_timeout=0.2)


def test_it_gives_what_the_client_gives(redis: "Redis", reader: ThreadReader) -> None:
    assert [reader.get("page"), reader.get("nothing")] == [b"\x00bytes", None]


def test_a_connection_that_was_closed_is_made_again(redis: "Redis", reader: ThreadReader) -> None:
    reader.get("page")

    redis.client_kill_filter(_type="normal", skipme=True)

    assert reader.get("page") == b"\x00bytes"


def test_each_thread_has_its_own(redis: "Redis", reader: ThreadReader) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: reader.get("page"), range(200)))

    assert set(found) == {b"\x00bytes"}
    assert len(redis.client_list()) <= 1 + 4


def test_it_ends_with_its_thread(redis: "Redis", reader: ThreadReader) -> None:
    for _each in range(10):
        with ThreadPoolExecutor(1) as thread:
            thread.submit(reader.get, "page").result()

    assert len(redis.client_list()) == 2  # the fixture's client and this thread's


def test_a_server_that_is_frozen_is_waited_for_once_and_answers_later(
    supervisor: Supervisor, reader: ThreadReader
) -> None:
    reader.get("page")

    with frozen(supervisor.children[0]), pytest.raises(TooSlow):
        reader.get("page")

    assert reader.get("page") == b"\x00bytes"


def test_a_server_that_is_gone_is_an_error(supervisor: Supervisor, reader: ThreadReader) -> None:
    reader.get("page")
    supervisor.children[0].stop()

    with pytest.raises(Disconnected):
        reader.get("page")
