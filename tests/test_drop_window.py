"""Outside its window nothing of a drop is sold, whatever way somebody tries."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import (
    BundleComponent,
    Collection,
    CollectionProduct,
    CollectionType,
    Kit,
    KitItem,
    ProductKind,
    Variant,
)
from inventory.models import Reservation
from orders import services as orders
from orders.models import Order
from orders.states import OrderStatus
from payments.models import PaymentMethod
from tests.catalog.factories import VariantFactory
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import stocked
from tests.payments.factories import PaymentMethodFactory
from tests.waitingroom.factories import DropFactory, lively_room
from waitingroom.models import RoomState, WaitingRoom

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
HTMX = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}
WINDOWS = {
    "before": (HOUR, 2 * HOUR),
    "after": (-2 * HOUR, -HOUR),
    "at the end": (-HOUR, timedelta()),
}
Way = Callable[[Client, Variant], Any]


@pytest.fixture
def sneaker() -> Variant:
    open_shop()
    return stocked(9)


def drop_of(variant: Variant, starts_in: timedelta, ends_in: timedelta) -> Collection:
    now = timezone.now()
    drop = DropFactory.create(starts_at=now + starts_in, ends_at=now + ends_in)
    CollectionProduct.objects.create(collection=drop, product=variant.product)
    return drop


def by_sku(client: Client, variant: Variant) -> Any:
    return client.post("/cart/add/", {"variant": variant.sku, "quantity": "1"})


def by_id(client: Client, variant: Variant) -> Any:
    return client.post("/cart/add/", {"variant": str(variant.pk), "quantity": "1"})


def by_htmx(client: Client, variant: Variant) -> Any:
    return client.post("/cart/add/", {"variant": variant.sku, "quantity": "1"}, headers=HTMX)


def by_json(client: Client, variant: Variant) -> Any:
    return client.post("/cart/add/", {"variant": variant.sku, "quantity": "1"}, headers=JSON)


def in_english(client: Client, variant: Variant) -> Any:
    return client.post("/en/cart/add/", {"variant": variant.sku, "quantity": "1"})


def in_a_kit(client: Client, variant: Variant) -> Any:
    kit = Kit.objects.create(name="Sala", slug="sala", discount_percent=Decimal(10))
    KitItem.objects.create(kit=kit, product=variant.product)
    return client.post("/cart/kit/", {"kit": kit.slug, "variant": variant.sku})


def in_a_bundle(client: Client, variant: Variant) -> Any:
    return by_sku(client, bundle_with(variant))


def bundle_with(variant: Variant) -> Variant:
    bundle = VariantFactory.create(product__kind=ProductKind.BUNDLE)
    BundleComponent.objects.create(bundle=bundle.product, variant=variant)
    return bundle


WAYS = [by_sku, by_id, by_htmx, by_json, in_english, in_a_kit, in_a_bundle]


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nothing_gets_into_a_cart(client, sneaker, way: Way, window) -> None:
    drop_of(sneaker, *window)

    assert way(client, sneaker).status_code == 409
    assert not Reservation.objects.exists()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_inside_the_window_each_way_works(client, sneaker, way: Way) -> None:
    drop_of(sneaker, -HOUR, HOUR)

    assert way(client, sneaker).status_code in (200, 302)
    assert Reservation.objects.active().exists()


@pytest.mark.parametrize("way", [by_sku, in_a_kit, in_a_bundle], ids=lambda way: way.__name__)
def test_each_way_leads_past_the_waiting_room(client, sneaker, way: Way) -> None:
    room = lively_room()
    CollectionProduct.objects.create(collection=room.collection, product=sneaker.product)

    assert way(client, sneaker).url == f"/drops/{room.collection.slug}/queue/"
    assert not Reservation.objects.exists()


@pytest.mark.parametrize("bundled", [False, True], ids=["alone", "in a bundle"])
@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_what_is_in_a_cart_is_neither_more_nor_ordered(client, sneaker, window, bundled) -> None:
    chosen = bundle_with(sneaker) if bundled else sneaker
    drop = drop_of(sneaker, -HOUR, HOUR)
    fill_cart(client, chosen.sku)
    drop.starts_at, drop.ends_at = (timezone.now() + each for each in window)
    drop.save()

    shown = client.get("/cart/", headers=JSON).json()["lines"][0]["problem"]
    more = client.post("/cart/update/", {"variant": chosen.sku, "quantity": "2"})
    ordered = client.post("/checkout/", form_data())

    assert shown
    assert (more.status_code, ordered.status_code) == (409, 409)
    assert Reservation.objects.active().get().quantity == 1
    assert not Order.objects.exists()


def test_what_was_ordered_in_time_may_be_paid_after_the_end(client, sneaker) -> None:
    drop = drop_of(sneaker, -HOUR, HOUR)
    Collection.objects.update(payment_methods=["transfer"])
    fill_cart(client, sneaker.sku)
    client.post("/checkout/", form_data())
    Collection.objects.filter(pk=drop.pk).update(ends_at=timezone.now())

    orders.mark_paid(Order.objects.get().pk)

    assert Order.objects.get().status == OrderStatus.CONFIRMED


@pytest.mark.parametrize(("other", "status"), [((-HOUR, HOUR), 302), ((-2 * HOUR, -HOUR), 409)])
def test_a_product_of_two_drops_is_sold_while_one_of_them_is_on(
    client, sneaker, other, status
) -> None:
    drop_of(sneaker, HOUR, 2 * HOUR)
    drop_of(sneaker, *other)

    assert by_sku(client, sneaker).status_code == status


def test_a_seasonal_collection_opens_no_drop(client, sneaker) -> None:
    drop_of(sneaker, HOUR, 2 * HOUR)
    season = DropFactory.create(type=CollectionType.SEASONAL)
    CollectionProduct.objects.create(collection=season, product=sneaker.product)

    assert by_sku(client, sneaker).status_code == 409


def test_a_drop_moved_to_later_sells_nothing_meanwhile(client, sneaker) -> None:
    drop = drop_of(sneaker, -HOUR, HOUR)
    Collection.objects.filter(pk=drop.pk).update(starts_at=timezone.now() + timedelta(minutes=5))

    assert by_sku(client, sneaker).status_code == 409


def test_the_direct_post_of_an_empty_cart_orders_nothing(client, sneaker) -> None:
    drop_of(sneaker, HOUR, 2 * HOUR)

    client.post("/checkout/", form_data() | {"variant": sneaker.sku, "quantity": "1"})

    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("minutes", "named", "status"),
    [(60, [], 409), (30, [], 302), (60, ["transfer"], 302), (30, ["card"], 409)],
)
def test_a_drop_is_paid_at_once_unless_it_names_other_ways(
    client, sneaker, minutes, named, status
) -> None:
    drop = drop_of(sneaker, -HOUR, HOUR)
    PaymentMethodFactory.create(code="card", is_active=False)
    Collection.objects.filter(pk=drop.pk).update(payment_methods=named)
    PaymentMethod.objects.update(hold_minutes=minutes)
    fill_cart(client, sneaker.sku)

    assert client.post("/checkout/", form_data()).status_code == status


def test_whoever_checks_out_is_not_queued_even_if_the_queue_is_closed(client, sneaker) -> None:
    room = lively_room()
    Collection.objects.update(payment_methods=["transfer"])
    CollectionProduct.objects.create(collection=room.collection, product=sneaker.product)
    client.get(f"/drops/{room.collection.slug}/queue/")
    fill_cart(client, sneaker.sku)
    WaitingRoom.objects.update(state=RoomState.CLOSED)
    for name in [name for name in client.cookies if name.startswith("queue-")]:
        del client.cookies[name]

    assert client.get("/checkout/").status_code == 200
    assert client.post("/checkout/", form_data()).status_code == 302
    assert Order.objects.exists()


def test_crawlers_are_kept_out_of_queues_and_of_nothing_else(client, sneaker) -> None:
    room = lively_room()

    robots = client.get("/robots.txt").text
    page = client.get(f"/drops/{room.collection.slug}/queue/").url

    assert "Disallow: /*/queue/" in robots
    assert "queue" not in client.get("/sitemap-drops.xml").text
    assert client.get(page).status_code == 200


def test_a_line_of_a_coming_drop_is_not_held_by_opening_the_checkout(
    client: Client, sneaker: Variant
) -> None:
    fill_cart(client, sneaker.sku, 2)
    Reservation.objects.active().update(expires_at=timezone.now() - HOUR)
    drop_of(sneaker, HOUR, 2 * HOUR)

    client.get("/checkout/")
    client.post("/cart/update/", {"variant": sneaker.sku, "quantity": "1"})

    assert not Reservation.objects.active().filter(expires_at__gt=timezone.now()).exists()


def test_a_pause_takes_nobody_s_units(client: Client, sneaker: Variant) -> None:
    fill_cart(client, sneaker.sku, 2)
    sneaker.product.sales_paused = True
    sneaker.product.save(update_fields=["sales_paused"])

    client.get("/checkout/")

    assert Reservation.objects.active().get().quantity == 2
