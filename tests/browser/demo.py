"""The demo shop in front of the browser."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.shortcuts import render
from django.test import Client, RequestFactory, override_settings
from pytest_django.live_server_helper import LiveServer

from accounts import roles
from accounts.models import User
from orders.states import FulfilmentStatus, OrderStatus
from reviews.models import Review
from storefront.errors import server_error
from tests.accounts.factories import house
from tests.waitingroom.factories import WaitingRoomFactory

QUEUED = "con-fila"


@dataclass(frozen=True)
class Shop:
    """The demo behind a server of its own, and what the walks need to know of it."""

    url: str
    session: str
    delivered: str
    returned: str
    unpaid: str
    bought: str
    review: str
    broken: dict[str, str]


@contextmanager
def running(media: Path) -> Iterator[Shop]:
    """
    The demo shop, with its pictures in that folder.

    Loaded by a thread of its own: the shop's settings cannot be read beside the browser's event
    loop.
    """
    with override_settings(MEDIA_ROOT=media), ThreadPoolExecutor(1) as thread:
        thread.submit(_load).result()
        server = LiveServer("127.0.0.1")
        with override_settings(SITE_URL=server.url):
            facts = thread.submit(_facts, server.url).result()
            thread.submit(connections.close_all).result()
            yield facts
        server.stop()
        _end_sessions()
        call_command("flush", interactive=False, verbosity=0)


def _load() -> None:
    house()
    roles.sync()
    call_command("seed_demo", "--without-copies", stdout=StringIO())
    WaitingRoomFactory.create(collection__slug=QUEUED)


def _end_sessions() -> None:
    """A page that nobody waits for keeps the database from being emptied and dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _facts(url: str) -> Shop:
    shopper = User.objects.get(email="valeria.quispe@example.com")
    orders = shopper.orders.order_by("pk")
    delivered = orders.filter(fulfilment_status=FulfilmentStatus.DELIVERED).latest("pk")
    client, request = Client(), RequestFactory().get("/")
    client.force_login(shopper, "django.contrib.auth.backends.ModelBackend")
    pages = {name: render(request, f"{name}.html") for name in ("400", "403", "403_csrf", "503")}
    pages |= {"429": render(request, "429.html"), "500": server_error(request)}
    return Shop(
        url=url,
        session=client.cookies[settings.SESSION_COOKIE_NAME].value,
        delivered=delivered.number,
        returned=orders.filter(returns__isnull=False).latest("pk").number,
        unpaid=orders.filter(status=OrderStatus.PENDING).latest("pk").number,
        bought=delivered.lines.latest("pk").variant.product.slug,
        review=str(Review.objects.approved().latest("pk").pk),
        broken={name: page.content.decode() for name, page in pages.items()},
    )
