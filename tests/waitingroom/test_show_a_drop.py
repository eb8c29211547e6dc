"""The page of a drop before, during and after, with what only the server knows fetched live."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from catalog.models import Availability, Collection
from catalog.services import set_availability
from inventory.models import StockLevel
from tests.waitingroom.factories import DropFactory, WaitingRoomFactory, drop_variant, lively_room

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def live(client: Client, drop: Collection) -> str:
    """What the page fetches, as words."""
    cache.clear()  # two seconds later
    return client.get(f"/drops/{drop.slug}/state/").text


def sell_out(drop: Collection) -> None:
    level = StockLevel.objects.filter(variant__product__collection_entries__collection=drop)
    level.update(reserved=10)


def move(drop: Collection, starts_in: timedelta, ends_in: timedelta) -> None:
    now = timezone.now()
    drop.starts_at, drop.ends_at = now + starts_in, now + ends_in
    drop.save(update_fields=["starts_at", "ends_at"])


def test_before_the_start_it_counts_down_to_the_servers_time(client: Client) -> None:
    drop = DropFactory.create()
    move(drop, HOUR, 2 * HOUR)
    drop_variant(drop)

    found = re.search(r'data-server-now="(\d+)"', live(client, drop))

    assert found
    assert abs(int(found[1]) / 1000 - timezone.now().timestamp()) < 5
    page = client.get(f"/drops/{drop.slug}/").text
    assert "data-countdown" in page
    assert "data-server-now" not in page


def test_a_product_of_a_running_drop_shows_its_clock_and_leads_to_it(client: Client) -> None:
    drop = DropFactory.create(name="Noche", slug="noche")
    product = f"/p/{drop_variant(drop).product.slug}/"

    page = client.get(product).text

    assert '<a href="/drops/noche/">Noche</a>' in page
    assert (
        f'datetime="{timezone.localtime(drop.ends_at).replace(microsecond=0).isoformat()}"' in page
    )
    assert "js/countdown" in page
    # What tells the time of the server is asked for by every page.
    assert 'data-server-now="' in client.get("/me/").text


def test_a_product_of_a_drop_that_is_not_on_has_no_clock(client: Client) -> None:
    drop = DropFactory.create()
    product = f"/p/{drop_variant(drop).product.slug}/"
    for starts_in, ends_in in ((HOUR, 2 * HOUR), (-2 * HOUR, -HOUR)):
        move(drop, starts_in, ends_in)

        assert "data-countdown" not in client.get(product).text


@pytest.mark.parametrize(("tells", "words"), [(True, "Quedan 10 unidades"), (False, "Disponible")])
def test_during_the_drop_it_says_what_is_left_as_exactly_as_the_collection_wants(
    client: Client, *, tells: bool, words: str
) -> None:
    drop = DropFactory.create(shows_exact_stock=tells)
    drop_variant(drop, units=10)

    fragment = live(client, drop)

    assert words in fragment
    # Not as a time such as 10:04 or 9:10 has it.
    assert bool(re.search(r"(?<![\d:])10(?![\d:])", re.sub(r'"[^"]*"', "", fragment))) is tells
    assert 'data-hx-trigger="every 15s' in fragment


@pytest.mark.parametrize("tells", [True, False])
def test_a_products_page_tells_no_more_than_its_drop(client: Client, *, tells: bool) -> None:
    drop = DropFactory.create(shows_exact_stock=tells)
    variant = drop_variant(drop, units=2)
    set_availability(variant.pk, Availability.LAST_FEW)

    page = client.get(f"/p/{variant.product.slug}/").text

    assert "Últimas unidades" in page
    assert ("quedan 2" in page) is tells


def test_a_products_page_leads_to_the_drop_that_does_not_sell_it_now(client: Client) -> None:
    drop = DropFactory.create()
    variant = drop_variant(drop)
    link = f'<a href="/drops/{drop.slug}/">Ver el drop</a>'

    during = client.get(f"/p/{variant.product.slug}/").text
    move(drop, HOUR, 2 * HOUR)

    assert link not in during
    assert link in client.get(f"/p/{variant.product.slug}/").text


def test_what_is_left_follows_the_stock(client: Client) -> None:
    drop = DropFactory.create(shows_exact_stock=True)
    drop_variant(drop, units=10)
    before = live(client, drop)

    StockLevel.objects.update(reserved=9)

    assert "Quedan 10 unidades" in before
    assert "Queda 1 unidad" in live(client, drop)


def test_a_crowd_that_asks_what_is_left_costs_no_query(
    client: Client, django_assert_num_queries
) -> None:
    drop = DropFactory.create()
    drop_variant(drop)
    live(client, drop)

    with django_assert_num_queries(0):
        client.get(f"/drops/{drop.slug}/state/")


def test_sold_out_and_over_lead_to_others(client: Client) -> None:
    other = DropFactory.create()
    sold_out, over = DropFactory.create(), DropFactory.create()
    drop_variant(sold_out)
    sell_out(sold_out)
    move(over, -2 * HOUR, -HOUR)

    pages = [client.get(f"/drops/{drop.slug}/").text for drop in (sold_out, over)]

    assert "Agotado" in pages[0]
    assert "Este drop ya terminó" in pages[1]
    assert all(f'href="/drops/{other.slug}/"' in page for page in pages)
    assert f'href="/drops/{other.slug}/"' not in client.get(f"/drops/{other.slug}/").text


def test_the_way_into_the_queue_is_shown_as_it_opens(client: Client) -> None:
    drop = DropFactory.create()
    room = WaitingRoomFactory.create(collection=drop, opens_minutes_before=15)
    link = f'href="/drops/{drop.slug}/queue/"'

    move(drop, HOUR, 2 * HOUR)
    early = live(client, drop)
    move(drop, timedelta(minutes=10), HOUR)
    open_ = live(client, drop)
    move(drop, -2 * HOUR, -HOUR)
    over = live(client, drop)

    assert "La cola abre a las" in early
    assert [link in fragment for fragment in (early, open_, over)] == [False, True, False]
    assert room.collection_id == drop.pk


def test_whoever_is_let_in_is_told_until_when(client: Client) -> None:
    room = lively_room(pass_minutes=10)
    client.get(f"/drops/{room.collection.slug}/queue/")

    assert "Es tu turno: puedes comprar hasta las" in live(client, room.collection)
    assert "Es tu turno" not in live(Client(), room.collection)


def test_the_page_is_the_same_for_all(client: Client) -> None:
    room = lively_room()
    client.get(f"/drops/{room.collection.slug}/queue/")

    mine, theirs = (each.get(f"/drops/{room.collection.slug}/") for each in (client, Client()))

    assert mine.content == theirs.content
    assert not mine.cookies
