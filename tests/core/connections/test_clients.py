"""Threads that ask a server for the first time in the same moment."""

import time

import pytest

from core import redis
from core.connections.clients import Shared
from core.redis import BreakerPool
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def slowly(make):
    def wait_and_make(*given, **options):
        time.sleep(0.05)
        return make(*given, **options)

    return wait_and_make


def test_threads_that_come_first_together_get_the_same():
    made = Shared(slowly(object))

    [first, *others] = at_once(made)

    assert all(each is first for each in others)
    assert made() is first


def test_what_was_made_for_something_else_is_another_one():
    made = Shared(lambda name: [name])

    assert made("a") is made("a")
    assert made("a") == ["a"]
    assert made("b") == ["b"]


def test_what_could_not_be_made_is_tried_again():
    answers = iter([None, "client"])

    def make():
        answer = next(answers)
        if answer is None:
            raise OSError("away")
        return answer

    made = Shared(make)

    with pytest.raises(OSError, match="away"):
        made()
    assert made() == "client"


def test_nobody_s_connection_to_redis_is_closed_by_a_thread_that_came_at_the_same_moment(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(BreakerPool, "from_url", slowly(BreakerPool.from_url))
    redis.client.forget()

    def ask():
        with redis.client().pipeline() as pipe:
            pipe.watch("somebody's cart")
            time.sleep(0.02)
            return pipe.exists("somebody's cart")

    assert at_once(ask) == [0] * 8
