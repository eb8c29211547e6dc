"""First come, first served, at the rate that staff set, whatever happens to the servers."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from redis import Redis

from core.redis import client as redis_client
from tests.accounts.factories import UserFactory
from tests.concurrency import at_once
from tests.waiting import until
from tests.waitingroom.factories import DropFactory, WaitingRoomFactory, lively_room
from waitingroom import queue_script, services
from waitingroom.exceptions import RoomClosed
from waitingroom.models import RoomState
from waitingroom.selectors import Room, room_of
from waitingroom.services import Turn
from waitingroom.tickets import Ticket

pytestmark = pytest.mark.django_db


def room(**fields: object) -> Room:
    """One whose queue goes on."""
    found = room_of(lively_room(**fields).collection.slug)
    assert found
    return found


def arrive(place: Room, number: int) -> list[Ticket]:
    """So many visitors, one after the other, before anybody is let in."""
    waiting = replace(place, state=RoomState.PAUSED)
    return [services.wait(waiting, None).ticket for _ in range(number)]


def let_in(place: Room, tickets: list[Ticket]) -> list[bool]:
    return [services.wait(place, ticket).is_let_in for ticket in tickets]


def ask(place: Room, whose: Callable[[], Ticket]) -> Turn:
    return services.wait(place, whose())


def key_of(place: Room, name: str) -> str:
    return f"room:{{{place.id.hex}}}:{name}"


def go_back(place: Room, field: str, *, seconds: int) -> None:
    """Make the queue's memory of a moment that much older."""
    redis_client().hincrbyfloat(key_of(place, "purse"), field, -seconds)


def shift(place: Room, name: str, seconds: int) -> None:
    """Make what the queue knows of each visitor that much newer."""
    microseconds = 1_000_000 if name == "line" else 1
    redis = redis_client()
    for member in redis.zrange(key_of(place, name), 0, -1):
        redis.zincrby(key_of(place, name), seconds * microseconds, str(member))


def test_those_who_came_first_are_let_in_first() -> None:
    place = room(admissions_per_minute=60)
    tickets = arrive(place, 4)

    until(lambda: sum(let_in(place, list(reversed(tickets)))) == 2)

    assert let_in(place, tickets)[:2] == [True, True]


def test_nobody_is_let_in_before_the_start() -> None:
    soon = timezone.now() + timedelta(minutes=5)
    place = room(collection=DropFactory.create(starts_at=soon), admissions_per_minute=6000)

    turn = services.wait(place, None)

    assert (turn.is_let_in, turn.before) == (False, 0)
    assert 295 <= turn.wait_seconds <= 301


def test_a_place_says_how_many_are_before_and_how_long_it_takes() -> None:
    place = room(admissions_per_minute=60)
    arrive(place, 9)

    turn = services.wait(replace(place, state=RoomState.PAUSED), None)

    assert (turn.before, turn.waiting, turn.wait_seconds, turn.ask_again) == (9, 10, 10, 3)


def test_the_rate_holds_for_a_crowd_that_asks_all_at_once() -> None:
    place = room(admissions_per_minute=300)  # 5 a second, 10 at once after a quiet time
    tickets = arrive(place, 60)
    began = time.monotonic()

    turns: list[Turn] = []
    while time.monotonic() - began < 2:
        asking = partial(next, iter(tickets))
        turns += at_once(partial(ask, place, asking), times=40)
    seconds = time.monotonic() - began

    inside = {turn.ticket.key for turn in turns if turn.is_let_in}
    assert 5 <= len(inside) <= 10 + 5 * seconds + 1
    first = [ticket.key for ticket in tickets[: len(inside)]]
    assert inside == set(first)


def test_a_reload_keeps_the_place() -> None:
    place = replace(room(), state=RoomState.PAUSED)
    first, second = arrive(place, 2)

    again = [services.wait(place, ticket).before for ticket in (second, first, second)]

    assert again == [1, 0, 1]


def test_a_queue_that_redis_lost_comes_back_in_its_order(redis_server: Redis) -> None:
    place = replace(room(), state=RoomState.PAUSED)
    tickets = arrive(place, 5)

    redis_server.flushdb()
    for ticket in reversed(tickets):
        services.wait(place, ticket)

    assert [services.wait(place, ticket).before for ticket in tickets] == [0, 1, 2, 3, 4]


def test_after_a_loss_nobody_is_let_in_before_all_can_have_come_back(
    redis_server: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_script, "RETURN", 1)
    place = room(admissions_per_minute=600)
    tickets = arrive(place, 12)

    redis_server.flushdb()
    newcomer = services.wait(place, None)
    time.sleep(0.4)  # at this rate four would come in
    assert not any(let_in(place, tickets[6:]))
    assert not any(let_in(place, Random(1).sample(tickets, 12)))

    until(lambda: any(let_in(place, tickets)))
    inside = [number for number, ticket in enumerate(tickets) if let_in(place, [ticket])[0]]
    assert inside == list(range(len(inside)))
    assert not services.wait(place, newcomer.ticket).is_let_in


def test_a_silence_gives_those_who_waited_time_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = room(admissions_per_minute=600)
    tickets = arrive(place, 3)
    for moment in ("asked", "at"):
        go_back(place, moment, seconds=90)
    for ticket in tickets:
        redis_client().zadd(key_of(place, "seen"), {ticket.key: time.time() - 90})

    last_asks_first = [services.wait(place, ticket).is_let_in for ticket in reversed(tickets)]

    assert not any(last_asks_first)
    assert queue_script.crowd(place.id).waiting == 3


@pytest.mark.parametrize("seconds", [-3600, 3600], ids=["back", "forward"])
def test_a_clock_that_jumps_lets_in_no_flood_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    """For the queue, a clock set back an hour is a memory that lies an hour ahead."""
    monkeypatch.setattr(queue_script, "RETURN", 1)
    place = room(admissions_per_minute=120)  # two a second, four at once after a quiet time
    tickets = arrive(place, 40)
    go_back(place, "at", seconds=seconds)
    go_back(place, "asked", seconds=seconds)
    for name in ("seen", "line"):
        shift(place, name, -seconds)

    at_once = sum(let_in(place, tickets))
    until(lambda: any(let_in(place, tickets)))
    soon = sum(let_in(place, tickets))

    assert at_once == 0
    assert 1 <= soon <= 4
    assert let_in(place, tickets)[:soon] == [True] * soon
    assert float(redis_client().hget(key_of(place, "purse"), "turns") or -1) >= 0


def test_a_clock_that_is_set_back_does_not_shut_out_who_comes_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue_script, "RETURN", 1)
    place = room(admissions_per_minute=600)
    redis_client().hset(key_of(place, "purse"), "turns", 0)
    go_back(place, "at", seconds=-3600)
    ticket = services.wait(place, None).ticket

    until(lambda: services.wait(place, ticket).is_let_in)


def test_who_arrives_after_the_clock_was_set_back_still_comes_last() -> None:
    place = replace(room(), state=RoomState.PAUSED)
    _first, second = arrive(place, 2)
    ahead = second.arrived + 3600 * 1_000_000
    redis_client().hset(key_of(place, "purse"), "latest", ahead)

    third, fourth = arrive(place, 2)

    assert (third.arrived, fourth.arrived) == (ahead + 1, ahead + 2)
    assert services.wait(place, fourth).before == 3


def test_a_thousand_arrivals_in_a_second_keep_their_order() -> None:
    """Anyone who was answered before another one asked is before that one."""
    place = replace(room(), state=RoomState.PAUSED)
    seen: list[tuple[float, float, Ticket]] = []

    def come() -> None:
        for _ in range(125):
            began = time.perf_counter()
            ticket = services.wait(place, None).ticket
            seen.append((began, time.perf_counter(), ticket))

    at_once(come, times=8)

    in_line = [str(key) for key in redis_client().zrange(key_of(place, "line"), 0, -1)]
    by_place = sorted(seen, key=lambda visit: visit[2].arrived)
    assert in_line == [ticket.key for _began, _ended, ticket in by_place]
    assert len({ticket.arrived for _began, _ended, ticket in seen}) == 1000
    latest_start = 0.0
    for began, ended, _ticket in by_place:
        assert ended > latest_start
        latest_start = max(latest_start, began)


def test_the_turn_of_somebody_who_left_goes_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    place = room(admissions_per_minute=60)
    _gone, here = arrive(place, 2)
    time.sleep(0.4)
    monkeypatch.setattr(queue_script, "PATIENCE", 0.3)

    until(lambda: services.wait(place, here).is_let_in)


def test_who_comes_back_takes_the_old_place() -> None:
    place = replace(room(), state=RoomState.PAUSED)
    first, *_others = arrive(place, 3)
    redis_client().delete(key_of(place, "line"))
    arrive(place, 2)

    assert services.wait(place, first).before == 0


def test_a_closed_room_lets_nobody_in() -> None:
    with pytest.raises(RoomClosed):
        services.wait(room(state=RoomState.CLOSED), None)


def test_a_paused_room_keeps_the_order_and_saves_no_turns() -> None:
    place = room(admissions_per_minute=60)
    tickets = arrive(place, 5)
    go_back(place, "at", seconds=2)

    services.wait(replace(place, state=RoomState.PAUSED), tickets[0])

    assert sum(let_in(place, tickets)) <= 1


def test_staff_see_the_crowd() -> None:
    place = room()
    arrive(place, 3)

    assert queue_script.crowd(place.id).waiting == 3


def test_what_staff_change_reaches_the_queue_soon() -> None:
    row = WaitingRoomFactory.create()
    assert room_of(row.collection.slug) is not None

    row.admissions_per_minute = 7
    row.save()
    cache.clear()  # two seconds later

    found = room_of(row.collection.slug)
    assert found
    assert found.per_minute == 7


def test_staff_steer_the_room_in_the_admin(client: Client, settings: Any) -> None:
    settings.DEMO = True
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    row = WaitingRoomFactory.create()
    place = room_of(row.collection.slug)
    assert place
    arrive(place, 3)

    listed = client.get("/admin/waitingroom/waitingroom/").content.decode()
    client.post(
        "/admin/waitingroom/waitingroom/",
        {
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "1",
            "form-0-id": str(row.pk),
            "form-0-state": "paused",
            "form-0-admissions_per_minute": "30",
            "_save": "1",
        },
    )

    assert "3 · 0" in listed
    row.refresh_from_db()
    assert (row.state, row.admissions_per_minute) == (RoomState.PAUSED, 30)
