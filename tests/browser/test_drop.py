"""A drop in a browser: the clock is the server's, pages go on by themselves, and focus stays."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from catalog.models import Collection
from core.redis import client as redis_client
from tests.browser.conftest import NewPage
from tests.waitingroom.factories import DropFactory, WaitingRoomFactory, drop_variant, go_on
from waitingroom.models import DropReminder, RoomState, WaitingRoom

pytestmark = pytest.mark.django_db(transaction=True)


def drop_in(seconds: float) -> Collection:
    drop = DropFactory.create(
        starts_at=timezone.now() + timedelta(seconds=seconds), shows_exact_stock=True
    )
    drop_variant(drop, units=7)
    return drop


def queue_of(drop: Collection) -> str:
    return f"/drops/{drop.slug}/queue/"


def test_the_clock_counts_to_the_servers_time_whatever_the_device_says(phone: Page) -> None:
    phone.clock.set_system_time(datetime.now(UTC) + timedelta(hours=3))
    drop = drop_in(3600 - 60)

    phone.goto(f"/drops/{drop.slug}/")

    expect(phone.locator("[data-part=minutes]")).to_have_text(re.compile(r"5[78]"))
    expect(phone.locator("[data-part=hours]")).to_have_text("00")


def test_at_the_start_the_page_opens_by_itself_and_stops_asking_for_addresses(phone: Page) -> None:
    drop = drop_in(5)
    phone.goto(f"/drops/{drop.slug}/")
    expect(phone.get_by_role("button", name="Avísame cuando abra")).to_be_visible()
    phone.evaluate("window.stayed = true")

    # Five seconds to the start, and up to three before the page asks.
    expect(phone.locator("#drop-live")).to_contain_text("Quedan 7 unidades", timeout=20_000)

    assert phone.evaluate("window.stayed")
    expect(phone.get_by_role("button", name="Avísame cuando abra")).to_have_count(0)


def test_a_clock_that_is_over_on_a_late_page_asks_less_and_less_often(phone: Page) -> None:
    url = f"/drops/{drop_in(3600).slug}/"
    asked: list[str] = []

    def late(route: Route) -> None:
        asked.append(route.request.url)
        text = route.fetch().text()
        route.fulfill(body=re.sub('datetime="[^"]+"', 'datetime="2020-01-01T00:00Z"', text))

    phone.route("**/state/", late)
    phone.clock.install()
    phone.goto(url)
    for _second in range(60):
        phone.clock.run_for(1000)
        phone.wait_for_timeout(50)

    assert 3 <= len(asked) <= 7


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
def test_an_address_is_noted(new_page: NewPage, *, javascript: bool) -> None:
    page = new_page("phone", javascript=javascript)
    page.goto(f"/drops/{drop_in(3600).slug}/")

    page.fill("[name=email]", "ana@example.com")
    page.get_by_role("button", name="Avísame cuando abra").click()

    expect(page.get_by_role("status").first).to_contain_text("Anotado")
    assert DropReminder.objects.get().email == "ana@example.com"


def test_a_place_moves_on_without_taking_the_focus_and_is_read_out(new_page: NewPage) -> None:
    room = WaitingRoomFactory.create(state=RoomState.PAUSED, admissions_per_minute=600)
    ahead, page = new_page("phone"), new_page("phone")
    for each in (ahead, page):
        each.goto(queue_of(room.collection))
    expect(page.locator("#place")).to_contain_text("Hay 1 persona antes que tú")
    page.get_by_role("link", name=re.compile("Mirar el resto")).focus()

    redis_client().delete(f"room:{{{room.pk.hex}}}:line")  # anyone who was ahead is gone
    ahead.close()

    expect(page.locator("#place")).to_contain_text("Sigues tú")
    assert page.evaluate("document.activeElement.textContent.trim()").startswith("Mirar el resto")
    expect(page.locator("#place-said[role=status]")).to_have_text("")
    go_on(redis_client(), room)
    WaitingRoom.objects.update(state=RoomState.OPEN, admissions_per_minute=6)
    expect(page.locator("#place-said[role=status]")).to_contain_text("alrededor de 1 minuto")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
def test_whoever_is_let_in_gets_to_the_drop_without_doing_anything(
    new_page: NewPage, *, javascript: bool
) -> None:
    room = WaitingRoomFactory.create(state=RoomState.PAUSED, admissions_per_minute=600)
    drop_variant(room.collection)
    page = new_page("phone", javascript=javascript)
    page.goto(queue_of(room.collection))

    go_on(redis_client(), room)
    WaitingRoom.objects.update(state=RoomState.OPEN)

    page.wait_for_url(f"**/drops/{room.collection.slug}/")
    if javascript:
        expect(page.locator("#drop-live")).to_contain_text("Es tu turno")
