"""Nobody empties the shop with units that are only held."""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zlib import crc32

import pytest
from constance.test import override_config
from django.db.models import F, Sum
from django.test import Client
from django.utils import timezone

from accounts.models import User
from cart import services as cart
from cart.services import PASS_FACTOR, Owner
from inventory import consistency, services
from inventory.exceptions import PlaceLimitReached
from inventory.models import Reservation
from inventory.origins import HoldOrigin
from tests.accounts.factories import UserFactory
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.concurrency import at_once
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
THERE, ELSEWHERE = "203.0.113.9", "198.51.100.7"


def units_held() -> int:
    return Reservation.objects.active().aggregate(units=Sum("quantity"))["units"] or 0


def take(sku: str, client: Client | None = None, quantity: int = 10, place: str = THERE) -> Any:
    return (client or Client()).post(
        "/en/cart/add/", {"variant": sku, "quantity": str(quantity)}, REMOTE_ADDR=place
    )


def test_one_address_without_cookies_holds_at_most_a_hundred_units() -> None:
    skus = [stocked(30).sku for _ in range(8)]

    answers = [take(sku) for sku in skus for _ in range(2)]

    assert units_held() == 100
    assert {answer.status_code for answer in answers[10:]} == {409}
    assert "Place your order" in answers[-1].text
    assert take(skus[0], place=ELSEWHERE).status_code == 302, "others buy as ever"


@pytest.mark.django_db(transaction=True)
def test_many_carts_of_one_place_at_the_same_moment_share_its_units() -> None:
    until = timezone.now() + timedelta(minutes=15)
    origin = HoldOrigin(place="a" * 32, most=100)
    variants = [stocked(500).pk for _ in range(8)]

    def hold() -> None:
        for variant in variants:
            with suppress(PlaceLimitReached):
                services.reserve({variant: 20}, reference=uuid4(), until=until, origin=origin)

    at_once(hold)

    assert units_held() == 100
    assert consistency.differences() == []


def test_an_account_holds_no_more_with_ever_new_carts_and_addresses() -> None:
    user, sku = UserFactory.create(), stocked(500).sku

    for number in range(12):
        client = Client()
        client.force_login(user)
        take(sku, client, place=f"203.0.113.{number}")

    assert units_held() == 100


def test_a_full_place_may_still_take_out_keep_and_move_what_it_has() -> None:
    sku, client = stocked(200).sku, Client(REMOTE_ADDR=THERE)
    fill_cart(client, sku, 10)
    variant = Reservation.objects.get().variant_id
    with override_config(PLACE_UNITS_LIMIT=10):
        opened = client.get("/en/checkout/")
        more = client.post("/cart/update/", {"variant": variant, "quantity": "11"})
        fewer = client.post("/cart/update/", {"variant": variant, "quantity": "4"})

    assert (more.status_code, fewer.status_code) == (409, 302)
    assert "reserved for your connection" not in opened.text
    assert units_held() == 4


@override_config(PLACE_UNITS_LIMIT=10)
def test_a_drops_pass_allows_more_from_one_place():
    variant, drop = stocked(200), uuid4()
    inside = [Owner(uuid4(), passes={drop: f"{n}"}, place="a" * 32) for n in range(PASS_FACTOR + 1)]

    for owner in inside[:-1]:
        cart.add(owner, variant.pk, 10)
    with pytest.raises(PlaceLimitReached):
        cart.add(inside[-1], variant.pk, 10)

    assert units_held() == 50


@override_config(PLACE_CARTS_LIMIT=2)
def test_one_place_begins_so_many_carts_an_hour():
    sku, known = stocked(200).sku, Client()

    answers = [take(sku, client, 1) for client in (known, None, None, known)]

    signed_in = Client()
    signed_in.force_login(UserFactory.create())

    assert [answer.status_code for answer in answers] == [302, 302, 429, 302]
    assert "try again in an hour" in answers[2].text
    assert take(sku, signed_in, 1).status_code == 302


def test_taking_out_and_putting_back_does_not_begin_the_holds_time_again() -> None:
    variant, client = stocked(20), Client(REMOTE_ADDR=THERE)
    fill_cart(client, variant.sku, 10)
    Reservation.objects.update(held_since=F("held_since") - timedelta(minutes=59))

    for _ in range(2):
        client.post("/cart/remove/", {"variant": variant.pk})
        fill_cart(client, variant.sku, 10)

    hold = Reservation.objects.active().get()
    assert hold.expires_at - timezone.now() < timedelta(minutes=1)
    assert timezone.now() - hold.held_since > timedelta(minutes=59)


def test_two_lines_taken_out_together_keep_their_time_too() -> None:
    until = timezone.now() + timedelta(minutes=15)
    both, reference = [stocked(20).pk, stocked(20).pk], uuid4()

    services.reserve(dict.fromkeys(both, 2), reference=reference, until=until)
    Reservation.objects.update(held_since=F("held_since") - timedelta(minutes=55))
    services.reserve(dict.fromkeys(both, 0), reference=reference, until=until)
    services.reserve(dict.fromkeys(both, 3), reference=reference, until=until)

    ends = Reservation.objects.active().values_list("expires_at", flat=True)
    assert len(ends) == 2
    assert all(end - timezone.now() < timedelta(minutes=6) for end in ends)


def order(email: str = "ana@example.com", place: str = THERE, user: User | None = None) -> Any:
    """Somebody orders ten units of something, by bank transfer."""
    client = Client(REMOTE_ADDR=place)
    if user:
        client.force_login(user)
    fill_cart(client, stocked(50).sku, 10)
    seen = '{"goods": "1000.00", "delivery": {"olva": "10.00"}}'
    number = crc32(email.encode()) % 10**5
    own = {"email": email, "street": f"Calle Sol {number}", "phone": f"9876{number:05}"}
    return client.post("/en/checkout/", form_data(seen=seen, **own))


@pytest.mark.parametrize(
    ("limits", "statuses"),
    [
        ({"OPEN_ORDERS_LIMIT": 2}, [302, 302, 409]),
        ({"OPEN_UNITS_LIMIT": 25}, [302, 302, 409]),
        ({"OPEN_AMOUNT_LIMIT": 2500}, [302, 302, 409]),
        ({"OPEN_AMOUNT_LIMIT": 1}, [302, 409, 409]),
    ],
)
def test_a_buyer_has_so_much_ordered_and_not_paid(
    limits: dict[str, int], statuses: list[int]
) -> None:
    open_shop()
    with override_config(**limits):
        answers = [order() for _ in statuses]
        elsewhere = order(place=ELSEWHERE)

    assert [answer.status_code for answer in answers] == statuses
    assert "Pay or cancel an open order" in answers[-1].text
    assert elsewhere.status_code == 302, (
        "the person who typed that address before need not be its owner"
    )


@override_config(OPEN_ORDERS_LIMIT=1)
def test_one_place_has_five_times_as_much_open_as_a_buyer():
    open_shop()

    answers = [order(f"ana{number}@example.com") for number in range(6)]

    assert [answer.status_code for answer in answers] == [*[302] * 5, 409]


@override_config(OPEN_ORDERS_LIMIT=1)
def test_an_account_has_its_open_orders_wherever_it_is():
    open_shop()
    ana = UserFactory.create()
    order(ana.email, place=THERE)

    own = [order(ana.email, place=ELSEWHERE, user=ana) for _ in range(2)]

    assert [answer.status_code for answer in own] == [302, 409]
