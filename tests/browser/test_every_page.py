"""Every kind of page of the demo shop is for everybody: see tests/browser/walk.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.shortcuts import render
from django.test import Client, RequestFactory, override_settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import roles
from accounts.models import User
from orders.states import FulfilmentStatus, OrderStatus
from reviews.models import Review
from storefront.errors import server_error
from tests.accounts.factories import house
from tests.browser.walk import Walk
from tests.waitingroom.factories import WaitingRoomFactory

QUEUED = "con-fila"
PICTURE = settings.BASE_DIR / "static/img/apple-touch-icon.png"
# Not by transaction: the rows of `shop` stay from test to test, and so does what the server writes.
pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Shop:
    """The demo behind a server of its own, and what the walks need to know of it."""

    url: str
    session: str
    orders: list[str]
    delivered: str
    unpaid: str
    bought: str
    review: str
    broken: dict[str, str]


@pytest.fixture(scope="module")
def shop(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """
    Loaded once for this file and gone after it.

    It comes before the browser, beside whose event loop the shop's settings cannot be read.
    """
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
        house()
        roles.sync()
        call_command("seed_demo", "--without-copies", stdout=StringIO())
        WaitingRoomFactory.create(collection__slug=QUEUED)
        server = LiveServer("127.0.0.1")
        yield _facts(server.url)
        server.stop()
        call_command("flush", interactive=False, verbosity=0)


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
        orders=[order.number for order in orders],
        delivered=delivered.number,
        unpaid=orders.filter(status=OrderStatus.PENDING).latest("pk").number,
        bought=delivered.lines.latest("pk").variant.product.slug,
        review=str(Review.objects.approved().latest("pk").pk),
        broken={name: page.content.decode() for name, page in pages.items()},
    )


@pytest.fixture
def walk(shop: Shop, chromium: Browser) -> Iterator[Walk]:
    """Nobody has signed in yet."""
    context = chromium.new_context(
        base_url=shop.url, locale="es-PE", timezone_id="America/Lima", reduced_motion="reduce"
    )
    context.route("**/media/**", lambda route: route.fulfill(path=PICTURE))
    walk = Walk(context.new_page())
    yield walk
    context.close()
    assert walk.complaints == [], "\n".join(walk.complaints)


PUBLIC = [
    "/",
    "/en/",
    "/f/muebles/",
    "/c/polos/",
    "/c/polos/?price_max=1",
    "/b/kolka/",
    "/s/taller-amaru/",
    "/p/sofa-miel-de-cuero-3-cuerpos/",
    "/p/sofa-miel-de-cuero-3-cuerpos/delivery/?district=Miraflores, Lima",
    "/p/sofa-miel-de-cuero-3-cuerpos/reviews/",
    "/p/polera-con-cierre-nueve/",
    "/p/tarjeta-de-video-helios-x7-de-12-gb/",
    "/kits/",
    "/kits/oficina-en-casa/",
    "/drops/",
    "/drops/noche-limena/",
    "/drops/apu-invierno/",
    "/pages/envios/",
    "/search/?q=zapatilas",
    "/search/?q=xyzzyq",
    "/compare/",
    "/libro-de-reclamaciones/",
    "/sell/",
    "/cart/",
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
]
ACCOUNT = [
    "orders/",
    "wishlist/",
    "reviews/",
    "credit/",
    "addresses/",
    "addresses/new/",
    "profile/",
    "email/",
    "password/change/",
    "2fa/",
    "privacy/",
    "sessions/",
    "logout/",
]


def test_public_pages(shop: Shop, walk: Walk) -> None:
    for path in PUBLIC:
        walk.visit(path)
    walk.visit(f"/reviews/{shop.review}/report/")


def test_a_cart_and_a_checkout_on_the_way(walk: Walk) -> None:
    _fill_cart(walk.page)
    walk.look("drawer of the cart")
    walk.visit("/cart/")
    walk.page.locator(".cart-line__remove, form[action*='remove'] button").first.click()
    walk.look("cart after a removal")
    _fill_cart(walk.page)
    walk.visit("/checkout/")
    walk.page.fill("[name=district]", "Miraflores, Lima")
    walk.page.locator("#checkout button[type=submit]").click()
    expect(walk.page.locator("[aria-invalid=true]").first).to_be_visible()
    walk.look("checkout with errors")


def test_an_account_and_its_orders(shop: Shop, walk: Walk) -> None:
    walk.page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": shop.session, "url": shop.url}]
    )

    for path in ACCOUNT:
        walk.visit(f"/account/{path}")
    for number in shop.orders:
        walk.visit(f"/orders/{number}/")
    walk.visit(f"/orders/{shop.delivered}/tracking/")
    walk.visit(f"/orders/{shop.delivered}/return/")
    walk.visit(f"/p/{shop.bought}/review/")
    walk.page.goto(f"/orders/{shop.unpaid}/")
    walk.page.locator("a[href*='/checkout/pay/']").first.click()
    walk.look("choice of another way to pay")


def test_pages_of_errors_and_waiting(shop: Shop, walk: Walk) -> None:
    walk.page.route(
        "**/broken/*",
        lambda route: route.fulfill(
            body=shop.broken[route.request.url.rsplit("/", 1)[-1]], content_type="text/html"
        ),
    )

    for name in shop.broken:
        walk.visit(f"/broken/{name}")
    walk.visit("/no-such-page/", status=404)
    walk.visit(f"/drops/{QUEUED}/queue/")


def _fill_cart(page: Page) -> None:
    page.goto("/p/cable-de-red-cat-6/")
    page.locator("#buy button.button--primary").click()
    expect(page.locator("#cart-drawer")).to_have_attribute("open", "")
