"""A cart that is changed while it is ordered: nothing is lost, nothing is ordered twice."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client, RequestFactory
from redis import Redis

from cart import rows
from cart.cookies import COOKIE, cart_id_of
from cart.models import Cart
from catalog.models import Variant
from core.ids import uuid7
from inventory.models import Reservation
from orders.models import Order, OrderLine
from tests.accounts.factories import UserFactory
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.concurrency import meanwhile
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "una clave bien larga 9"
JSON = {"Accept": "application/json"}


@pytest.fixture
def lamp() -> Variant:
    return stocked(5)


def cart_of(client: Client) -> UUID:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = client.cookies[COOKIE].value
    cart_id = cart_id_of(request)
    assert cart_id
    return cart_id


def other_tab(client: Client) -> Client:
    """The same browser before its cookie was renewed."""
    tab = Client()
    tab.cookies[COOKIE] = client.cookies[COOKIE].value
    return tab


def units_in(client: Client) -> dict[str, int]:
    cart = client.get("/cart/", headers=JSON).json()
    return {line["sku"]: line["quantity"] for line in cart["lines"]}


def test_what_is_added_while_the_cart_is_ordered_lies_in_the_next_one_with_its_hold(
    buyer: Client, variant: Variant, lamp: Variant
) -> None:
    ordered = cart_of(buyer)

    with meanwhile(
        lambda: rows.lock(ordered, None), lambda: rows.mark_ordered(ordered, uuid7(), "")
    ):
        answer = buyer.post("/cart/add/", {"variant": lamp.sku, "quantity": "1"}, headers=JSON)

    assert [line["sku"] for line in answer.json()["lines"]] == [lamp.sku]
    assert cart_of(buyer) == rows.next_cart(ordered)
    assert Cart.objects.get(pk=ordered).status == "ordered"
    assert not Reservation.objects.active().filter(reference=ordered).exists()
    assert Reservation.objects.active().get(variant=lamp).reference == cart_of(buyer)


def test_what_is_added_while_an_order_is_refused_stays_in_the_same_cart(
    buyer: Client, variant: Variant, lamp: Variant
) -> None:
    cart_id = cart_of(buyer)

    with meanwhile(lambda: rows.lock(cart_id, None)):
        fill_cart(buyer, lamp.sku)

    assert cart_of(buyer) == cart_id
    assert units_in(buyer) == {variant.sku: 1, lamp.sku: 1}


@pytest.mark.parametrize(
    "rounds", [pytest.param(15, id="long", marks=pytest.mark.soak), pytest.param(4, id="short")]
)
@pytest.mark.parametrize("is_known", [False, True])
def test_rounds_of_ordering_and_adding_lose_nothing(*, is_known: bool, rounds: int) -> None:
    """The more rounds, the closer the moments at which the other tab adds."""
    open_shop()
    warehouse = WarehouseFactory.create()
    user = UserFactory.create() if is_known else None
    for round_ in range(rounds):
        browser, variant, lamp = Client(), *(stocked(5, warehouse=warehouse) for _ in "ab")
        if user:
            browser.force_login(user)
        fill_cart(browser, variant.sku)
        tabs = [browser, other_tab(browser)]
        tabs[1].cookies.update(browser.cookies)

        order, add = press_both(tabs, lamp.sku, after=round_ * 0.25 / rounds)

        assert order.status_code in (302, 409)
        assert add.status_code == 200
        has_lamp = OrderLine.objects.filter(variant=lamp).exists()
        for tab in tabs:  # Whichever cookie comes last.
            kept = units_in(tab)
            assert (kept.get(lamp.sku, 0) == 1) != has_lamp
            assert (kept.get(variant.sku, 0) == 1) == (order.status_code == 409)
        assert_all_holds_have_their_lines(cart_of(browser), {variant: 1, lamp: 1})


def press_both(tabs: list[Client], sku: str, *, after: float) -> tuple[Any, Any]:
    """The first tab orders; the other adds, that many seconds later."""

    def order() -> Any:
        data = form_data(seen='{"goods": "100.00", "delivery": {"olva": "10.00"}}')
        return closing(lambda: tabs[0].post("/checkout/", data))

    def add() -> Any:
        sleep(after)
        line = {"variant": sku, "quantity": "1"}
        return closing(lambda: tabs[1].post("/cart/add/", line, headers=JSON))

    with ThreadPoolExecutor(2) as pool:
        ordering, adding = pool.submit(order), pool.submit(add)
        return ordering.result(), adding.result()


def closing(act: Any) -> Any:
    try:
        return act()
    finally:
        connection.close()


def assert_all_holds_have_their_lines(cart_id: UUID, units: dict[Variant, int]) -> None:
    for variant, wanted in units.items():
        holds = Reservation.objects.active().filter(variant=variant)
        assert sum(hold.quantity for hold in holds) == wanted
        order = Order.objects.filter(lines__variant=variant).first()
        holder = order.pk if order else cart_id
        assert {hold.reference for hold in holds} == {holder}


def test_a_quantity_that_was_raised_in_another_tab_is_asked_about_first(
    buyer: Client, variant: Variant
) -> None:
    page = buyer.get("/checkout/")
    fill_cart(other_tab(buyer), variant.sku)

    seen = page.context["figures"].seen
    asked = buyer.post("/checkout/", form_data(seen=seen))

    assert asked.status_code == 409
    assert not Order.objects.exists()
    assert units_in(buyer) == {variant.sku: 2}


def test_lines_that_redis_still_has_of_an_ordered_cart_are_never_ordered_twice(
    buyer: Client, lamp: Variant, redis_server: Redis
) -> None:
    stale, adding, signing_in = other_tab(buyer), other_tab(buyer), other_tab(buyer)
    account = signed_up(lamp)
    name = f"cart:{cart_of(buyer)}"
    lines: Any = redis_server.hgetall(name)
    buyer.post("/checkout/", form_data())
    # Redis was away when the cart was to be emptied.
    redis_server.hset(name, mapping=lines)

    again = stale.post("/checkout/", form_data())
    fill_cart(adding, lamp.sku)

    assert Order.objects.get().number in again.headers["Location"]
    assert units_in(adding) == {lamp.sku: 1}
    assert cart_of(adding) == cart_of(buyer)
    signing_in.post("/account/login/", {"login": account, "password": PASSWORD})
    # What the account has, and what the browser's next cart has.
    assert units_in(signing_in) == {lamp.sku: 2}


def signed_up(variant: Variant) -> str:
    """The e-mail of an account that has one of this in its cart, from another device."""
    user, at_home = UserFactory.create(), Client()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    at_home.force_login(user)
    fill_cart(at_home, variant.sku)
    return user.email
