"""A cart has one clock: each use renews its lines, its row, its cookie and its holds together."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone
from redis import Redis

from cart import services
from cart.models import Cart, CartStatus
from core.ids import uuid7
from inventory.models import Reservation
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
USES: dict[str, Callable[[Client], Any]] = {
    "cart": lambda client: client.get("/cart/"),
    "add": lambda client: fill_cart(client, stocked(5).sku),
    "coupon": lambda client: client.post("/cart/coupon/", {"code": ""}),
    "checkout": lambda client: client.get("/checkout/"),
    "quote": lambda client: client.post("/checkout/quote/", form_data()),
}


@pytest.mark.parametrize("use", USES)
def test_each_use_renews_lines_row_cookie_and_holds(
    client: Client, redis_server: Redis, use: str
) -> None:
    open_shop()
    sofa = stocked(5)
    fill_cart(client, sofa.sku)
    long_ago(redis_server)
    del client.cookies["cart"]["max-age"]

    USES[use](client)

    name, row = f"cart:{Cart.objects.get().pk}", Cart.objects.get()
    in_48_hours = timezone.now() + timedelta(hours=48)
    ends = [row.expires_at, timezone.now() + timedelta(milliseconds=redis_server.pttl(name))]
    assert all(abs(end - in_48_hours) < timedelta(seconds=30) for end in ends)
    assert client.cookies["cart"]["max-age"] == 48 * 3600
    hold = Reservation.objects.active().get(variant=sofa)
    assert hold.expires_at > timezone.now() + timedelta(minutes=14)


def long_ago(redis_server: Redis) -> None:
    """The cart was used 47 hours ago, and its hold is about to end."""
    Cart.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    redis_server.expire(f"cart:{Cart.objects.get().pk}", 3600)
    Reservation.objects.update(expires_at=F("expires_at") - timedelta(minutes=12))


def test_a_cart_that_is_only_looked_at_is_not_closed(client: Client, redis_server: Redis) -> None:
    fill_cart(client, stocked(5).sku)
    long_ago(redis_server)
    client.get("/cart/")

    Cart.objects.update(expires_at=F("expires_at") - timedelta(hours=2))

    assert services.close_expired() == 0
    assert Cart.objects.get().status == CartStatus.ACTIVE


def test_whoever_looks_at_no_cart_gets_no_cookie(client: Client) -> None:
    client.get("/cart/")

    assert "cart" not in client.cookies
    assert not Cart.objects.exists()


def test_postgresql_refuses_to_make_an_ordered_cart_active_again() -> None:
    ordered = Cart.objects.create(
        status=CartStatus.ORDERED, order=uuid7(), expires_at=timezone.now()
    )

    with pytest.raises(IntegrityError, match="cart_ordered_stays_so"), transaction.atomic():
        Cart.objects.filter(pk=ordered.pk).update(status=CartStatus.ACTIVE)
