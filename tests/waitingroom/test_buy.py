"""Where a room stands before a drop, nothing of it is bought without a pass."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from catalog.models import Variant
from core.redis import client as client_redis
from inventory.models import Reservation
from tests.accounts.factories import PASSWORD, UserFactory
from tests.inventory.factories import stocked
from tests.waitingroom.factories import DropFactory, WaitingRoomFactory, drop_variant, lively_room
from waitingroom.models import RoomState, WaitingRoom
from waitingroom.tickets import SALT

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowded() -> WaitingRoom:
    return lively_room(admissions_per_minute=60)


@pytest.fixture
def sneaker(crowded: WaitingRoom) -> Variant:
    return drop_variant(crowded.collection)


def ticket_name(room: WaitingRoom) -> str:
    return f"queue-t-{room.pk.hex[-12:]}"


def ticket_key(client: Client, room: WaitingRoom, text: str = "") -> str:
    text = text or client.cookies[ticket_name(room)].value
    key: str = signing.loads(text, salt=SALT)["key"]
    return key


@contextmanager
def freeze_clock(moment: float) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: moment)
        yield


def queue_of(room: WaitingRoom) -> str:
    return f"/drops/{room.collection.slug}/queue/"


def add(client: Client, variant: Variant, **headers: str):
    return client.post(
        "/cart/add/", {"variant": variant.sku, "quantity": "1"}, headers=headers or None
    )


def test_without_a_pass_the_shopper_is_sent_to_the_queue(client, crowded, sneaker) -> None:
    answer = add(client, sneaker)

    assert (answer.status_code, answer.url) == (302, queue_of(crowded))
    assert not Reservation.objects.exists()


def test_htmx_and_programs_are_told_where_the_queue_is(client, crowded, sneaker) -> None:
    fragment = add(client, sneaker, **{"HX-Request": "true"})
    document = add(client, sneaker, Accept="application/json")

    assert fragment["HX-Redirect"] == queue_of(crowded)
    assert (document.status_code, document.json()["queue"]) == (409, queue_of(crowded))
    assert not Reservation.objects.exists()


def test_whoever_is_let_in_can_buy(client, crowded, sneaker) -> None:
    answer = client.get(queue_of(crowded))
    assert (answer.status_code, answer.url) == (302, f"/drops/{crowded.collection.slug}/")

    assert add(client, sneaker).url == "/cart/"
    assert Reservation.objects.active().get().quantity == 1


def test_others_wait_and_see_their_place(client, crowded, sneaker) -> None:
    WaitingRoom.objects.update(state=RoomState.PAUSED)
    Client().get(queue_of(crowded))

    answer = client.get(queue_of(crowded))

    assert answer.status_code == 200
    assert "Hay 1 persona antes que tú" in answer.content.decode()
    assert 'hx-trigger="every' in answer.content.decode()
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.parametrize("until", [-5, 3600])
def test_a_pass_that_is_over_or_forged_opens_nothing(client, crowded, sneaker, until) -> None:
    values = {
        "collection": crowded.collection_id.hex,
        "until": int(timezone.now().timestamp()) + until,
    }
    salt = SALT if until < 0 else "another"
    client.cookies[f"queue-p-{crowded.collection_id.hex[-12:]}"] = signing.dumps(values, salt=salt)

    assert add(client, sneaker).url == queue_of(crowded)


def forge(room: WaitingRoom) -> str:
    """A ticket for the first place, signed with a key that is not ours."""
    return signing.dumps({"room": room.pk.hex, "key": "a", "at": 1}, key="x", salt=SALT)


def too_old(room: WaitingRoom) -> str:
    with freeze_clock(time.time() - 13 * 3600):
        return signing.dumps({"room": room.pk.hex, "key": "a", "at": 1}, salt=SALT)


def of_another_room(_room: WaitingRoom) -> str:
    return signing.dumps({"room": uuid4().hex, "key": "a", "at": 1}, salt=SALT)


@pytest.mark.parametrize("ticket", [forge, too_old, of_another_room, lambda _: '{"at": 1}'])
def test_a_forged_or_expired_ticket_is_a_new_arrival_and_told_so(client, crowded, ticket) -> None:
    WaitingRoom.objects.update(state=RoomState.PAUSED)
    Client().get(queue_of(crowded))
    client.cookies[ticket_name(crowded)] = ticket(crowded)

    refused, again = (client.get(queue_of(crowded)).content.decode() for _ in range(2))

    assert "Hay 1 persona antes que tú" in refused
    assert "Hay 1 persona antes que tú" in again
    assert "Tu lugar guardado ya no vale" in refused
    assert "Tu lugar guardado ya no vale" not in again


def test_the_page_of_a_place_that_has_not_moved_gets_an_empty_answer(client, crowded) -> None:
    WaitingRoom.objects.update(state=RoomState.PAUSED)
    ahead = Client()
    ahead.get(queue_of(crowded))
    page = client.get(queue_of(crowded)).content.decode()
    [address] = re.findall(r'data-hx-get="([^"]+)"', page)

    same = client.get(address, headers={"HX-Request": "true"})
    client_redis().zrem(f"room:{{{crowded.pk.hex}}}:line", ticket_key(ahead, crowded))
    moved = client.get(address, headers={"HX-Request": "true"})

    assert (same.status_code, same.content) == (204, b"")
    assert "Sigues tú" in moved.content.decode()


def test_asking_for_ones_place_costs_no_query(client, crowded, django_assert_num_queries) -> None:
    WaitingRoom.objects.update(state=RoomState.PAUSED)
    client.get(queue_of(crowded))

    with django_assert_num_queries(0):
        client.get(queue_of(crowded), headers={"HX-Request": "true"})


def test_whoever_is_let_in_gives_up_the_ticket_and_is_not_queued_again(client, crowded) -> None:
    client.get(queue_of(crowded))
    WaitingRoom.objects.update(state=RoomState.PAUSED)
    cache.clear()

    assert client.cookies[ticket_name(crowded)].value == ""
    assert client.get(queue_of(crowded)).url == f"/drops/{crowded.collection.slug}/"


def test_a_kept_copy_of_the_ticket_lasts_no_longer_than_the_time_to_buy(client, crowded) -> None:
    WaitingRoom.objects.update(state=RoomState.PAUSED)
    client.get(queue_of(crowded))
    copy = client.cookies[ticket_name(crowded)].value
    over = {ticket_key(client, crowded): time.time() - 1}
    client_redis().zadd(f"room:{{{crowded.pk.hex}}}:in", over)
    client_redis().zrem(f"room:{{{crowded.pk.hex}}}:line", *over)
    Client().get(queue_of(crowded))

    client.cookies[ticket_name(crowded)] = copy

    assert "Hay 1 persona antes que tú" in client.get(queue_of(crowded)).content.decode()


def test_a_pass_for_one_drop_opens_no_other(client, crowded) -> None:
    client.get(queue_of(crowded))
    other = WaitingRoomFactory.create()

    assert add(client, drop_variant(other.collection)).url == queue_of(other)


def test_a_drop_without_a_room_has_no_queue(client) -> None:
    variant = drop_variant(DropFactory.create())

    assert add(client, variant).url == "/cart/"


def test_the_queue_of_a_drop_that_is_far_away_is_not_open_yet(client) -> None:
    later = timezone.now() + timedelta(hours=5)
    drop = DropFactory.create(starts_at=later, ends_at=later + timedelta(hours=1))
    room = WaitingRoomFactory.create(collection=drop)

    assert client.get(queue_of(room)).url == f"/drops/{room.collection.slug}/"


def test_catalogue_pages_have_no_queue(client, crowded, sneaker) -> None:
    assert client.get(f"/drops/{crowded.collection.slug}/").status_code == 200
    assert client.get(f"/p/{sneaker.product.slug}/").status_code == 200


def test_who_holds_units_checks_out_without_a_pass(client, crowded, sneaker) -> None:
    client.get(queue_of(crowded))
    add(client, sneaker)
    for name in [name for name in client.cookies if name.startswith("queue-")]:
        del client.cookies[name]

    assert client.get("/checkout/").status_code == 200


def with_cookies_of(client: Client, *names: str) -> Client:
    other = Client()
    for name in names:
        other.cookies[name] = client.cookies[name].value
    return other


def test_a_pass_that_friends_copy_serves_one_cart(client, crowded, sneaker) -> None:
    client.get(queue_of(crowded))
    mine = f"queue-p-{crowded.collection_id.hex[-12:]}"
    friends = [with_cookies_of(client, mine) for _ in range(3)]
    add(client, sneaker)

    answers = [add(friend, sneaker).url for friend in friends]

    assert answers == [queue_of(crowded)] * 3
    assert add(client, sneaker).url == "/cart/"


def test_another_tab_and_an_impatient_second_click_serve_the_same_cart(
    client, crowded, sneaker
) -> None:
    client.get(queue_of(crowded))
    mine = f"queue-p-{crowded.collection_id.hex[-12:]}"
    impatient = with_cookies_of(client, mine)
    add(client, sneaker)

    refused = add(impatient, sneaker)
    tab = with_cookies_of(client, mine, "cart")

    assert refused.url == queue_of(crowded)
    assert "cart" not in refused.cookies
    assert add(tab, sneaker).url == "/cart/"
    assert Reservation.objects.active().get().quantity == 2


def test_signing_in_takes_the_pass_along_to_the_accounts_cart(client, crowded, sneaker) -> None:
    customer = UserFactory.create()
    elsewhere = Client()
    elsewhere.force_login(customer, backend="django.contrib.auth.backends.ModelBackend")
    add(elsewhere, stocked(3))
    client.get(queue_of(crowded))
    add(client, sneaker)

    client.post("/account/login/", {"login": customer.email, "password": PASSWORD})

    assert add(client, sneaker).url == "/cart/"
    assert Reservation.objects.active().get(variant=sneaker).quantity == 2
