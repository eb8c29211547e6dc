"""A Redis that does not answer costs one caller a wait, and the others nothing."""

import time
from collections.abc import Callable, Iterator

import pytest
from redis import Redis, RedisError
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import TimeoutError as TooSlow

from config import embedded
from config.processes import Supervisor
from core import redis as module
from core.redis import BreakerPool
from tests.valkeys import frozen
from tests.waiting import until


@pytest.fixture
def redis(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> Iterator["Redis"]:
    monkeypatch.setattr(module, "PAUSE", 0.5)
    url = embedded.start(supervisor, ["REDIS_URL"], durable=False)["REDIS_URL"]
    pool = BreakerPool.from_url(url, socket_connect_timeout=0.2, socket_timeout=0.2)
    with Redis.from_pool(pool) as client:
        yield client


def test_while_it_is_frozen_only_the_first_one_waits(
    supervisor: Supervisor, redis: "Redis"
) -> None:
    redis.set("kept", "1")

    with frozen(supervisor.children[0]):
        first = _failing(redis.ping)
        others = [_failing(lambda: redis.get("kept")) for _ in range(20)]

    assert first[0] is TooSlow
    assert {kind for kind, _seconds in others} == {Disconnected}
    assert sum(seconds for _kind, seconds in others) < 0.1


def test_one_tries_again_after_a_while_and_all_is_well_at_once(
    supervisor: Supervisor, redis: "Redis"
) -> None:
    redis.set("kept", "1")
    with frozen(supervisor.children[0]):
        _failing(redis.ping)

    time.sleep(0.5)

    assert [redis.get("kept") for _ in range(3)] == [b"1"] * 3


def test_pipelines_and_scripts_do_not_wait_either(supervisor: Supervisor, redis: "Redis") -> None:
    script = redis.register_script("return 1")
    with frozen(supervisor.children[0]):
        _failing(redis.ping)
        pipe = redis.pipeline()
        pipe.set("a", "1")
        found = [_failing(pipe.execute), _failing(script)]

    assert {kind for kind, _seconds in found} == {Disconnected}


def test_one_that_is_gone_is_asked_each_time(supervisor: Supervisor, redis: "Redis") -> None:
    redis.ping()
    child = supervisor.children[0]
    child.process.kill()
    child.process.wait()

    gone = [_failing(redis.ping) for _ in range(3)]
    supervisor.restart(child)
    until(lambda: _answers(redis))

    assert {kind for kind, _seconds in gone} == {Disconnected}
    assert redis.ping()


def _failing(ask: Callable[[], object]) -> tuple[type[Exception], float]:
    """How it fails, and after how many seconds."""
    began = time.monotonic()
    with pytest.raises(RedisError) as failure:
        ask()
    return failure.type, time.monotonic() - began


def _answers(redis: "Redis") -> bool:
    try:
        return bool(redis.ping())
    except RedisError:
        return False
