"""Where a room stands before a drop, nothing of it is bought without a pass."""

from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from catalog.models import Variant
from inventory.models import Reservation
from tests.waitingroom.factories import DropFactory, WaitingRoomFactory, drop_variant
from waitingroom.models import RoomState, WaitingRoom
from waitingroom.tickets import SALT

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowded() -> WaitingRoom:
    return WaitingRoomFactory.create(admissions_per_minute=60)


@pytest.fixture
def sneaker(crowded: WaitingRoom) -> Variant:
    return drop_variant(crowded.collection)


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


def test_a_forged_ticket_is_a_new_arrival(client, crowded) -> None:
    WaitingRoom.objects.update(state=RoomState.PAUSED)
    Client().get(queue_of(crowded))
    client.cookies[f"queue-t-{crowded.pk.hex[-12:]}"] = '{"at": 1}'

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
