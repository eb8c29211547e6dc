"""An order's page opens for its buyer and for the bearer of its signed link, for nobody else."""

import re
from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
from constance import config
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from orders import links
from orders import services as orders
from orders.models import AddressKind, Order, OrderAddress, OrderEventKind
from orders.states import FulfilmentStatus, OrderStatus
from payments.models import MethodType
from payments.services.settle import settle, settle_order
from simulator.server import Server
from tests.accounts.factories import UserFactory
from tests.inventory.factories import stocked
from tests.invoicing.factories import money_in
from tests.orders.factories import new_line, place, place_with_gifts
from tests.payments.factories import held_order, pay

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PAY_NOW = "Pagar ahora"


@pytest.fixture
def order() -> Order:
    return place()


def test_a_stranger_finds_no_order(client: Client, order: Order) -> None:
    assert client.get(f"/orders/{order.number}/").status_code == HTTPStatus.NOT_FOUND


def test_another_customer_finds_no_order(client: Client, order: Order) -> None:
    client.force_login(UserFactory.create(), backend=BACKEND)

    assert client.get(f"/orders/{order.number}/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("page", ["/orders/%00/", "/checkout/pay/%00/", "/orders/PED%00/again/"])
def test_a_number_that_no_column_holds_is_no_order(client: Client, order: Order, page: str) -> None:
    client.force_login(order.customer, backend=BACKEND)

    assert client.get(page).status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
    assert client.post(page).status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


@pytest.mark.parametrize(("hours", "is_marked"), [(0, True), (3, False)])
def test_an_order_that_was_just_paid_is_greeted_by_a_mark(
    client: Client, hours: int, is_marked: bool
) -> None:
    order = place(new_line(stocked(1)))
    client.force_login(order.customer, backend=BACKEND)
    unpaid = client.get(f"/orders/{order.number}/")
    money_in(order)
    settle_order(order.pk)
    Order.objects.update(paid_at=timezone.now() - timedelta(hours=hours))

    paid = client.get(f"/orders/{order.number}/")

    assert "placed-mark" not in unpaid.text
    assert ("placed-mark" in paid.text) is is_marked


def test_the_buyer_sees_the_order_and_no_cache_keeps_it(client: Client, order: Order) -> None:
    client.force_login(order.customer, backend=BACKEND)

    response = client.get(f"/orders/{order.number}/")

    assert order.number in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_who_bought_without_signing_in_is_offered_an_account(client: Client, order: Order) -> None:
    link = links.order_link(order)
    offer = f'<input type="hidden" name="email" value="{order.email}">'

    as_guest = client.get(link).content.decode()
    client.force_login(order.customer, backend=BACKEND)
    signed_in = client.get(link).content.decode()

    assert (offer in as_guest, offer in signed_in) == (True, False)


def test_the_signed_link_opens_this_order_only(client: Client, order: Order) -> None:
    other = place()
    link = links.order_link(order)
    token = link.partition("?")[2]

    assert client.get(link).status_code == HTTPStatus.OK
    assert client.get(f"/orders/{other.number}/?{token}").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{link}x").status_code == HTTPStatus.NOT_FOUND


def test_while_money_is_on_its_way_there_is_nothing_to_pay(
    client: Client, simulator: Server
) -> None:
    order = held_order()
    payment = pay(order)
    assert PAY_NOW in client.get(links.order_link(order)).content.decode()

    simulator.bank.delay(payment.gateway_id, 3600)
    settle(payment.pk)

    page = client.get(links.order_link(order)).content.decode()
    assert PAY_NOW not in page
    assert "Tu pago se está procesando." in page


def test_the_buyer_reads_the_own_note_but_never_what_staff_note(
    client: Client, order: Order
) -> None:
    Order.objects.filter(pk=order.pk).update(
        customer_note="Timbre 302", staff_note="Cliente difícil"
    )
    for kind in (OrderEventKind.NOTE, OrderEventKind.EDITED):
        orders.record(order.pk, kind, note="Entre nosotros", is_public=False)

    page = client.get(links.order_link(order)).content.decode()

    assert "Timbre 302" in page
    assert "Cliente difícil" not in page
    assert "Entre nosotros" not in page


def test_the_page_names_the_company_of_a_factura_with_its_number(client: Client) -> None:
    order = place(document_type="ruc", document_number="20100070970")
    OrderAddress.objects.create(
        order=order, kind=AddressKind.BILLING, recipient="Ferretería Óscar S.A.C.", street="Av. 1"
    )

    page = client.get(links.order_link(order)).content.decode()

    assert "RUC 20100070970" in page


def test_the_figures_of_the_page_add_up_where_the_delivery_is_a_gift(client: Client) -> None:
    order = place_with_gifts()

    page = client.get(links.order_link(order)).context["sums"]

    taken_off = [(row["label"], row["amount"]) for row in page["discounts"]]
    assert taken_off == [("Bienvenida (HOLA30)", order.discount_total)]
    assert page["subtotal"] - order.discount_total + page["shipping"] == page["total"]


def test_who_pays_in_cash_finds_the_code_again(client: Client, simulator: Server) -> None:
    order = held_order()
    payment = pay(order, "cash", type=MethodType.CASH_VOUCHER)

    before = client.get(links.order_link(order)).content.decode()
    simulator.bank.delay(payment.gateway_id, 3600)
    settle(payment.pk)
    after = client.get(links.order_link(order)).content.decode()

    assert payment.redirect_url
    for page in (before, after):
        assert escape(payment.redirect_url) in page
        assert "Ver el código de pago" in page
    assert "Pagar de otra forma" in before
    assert "Paga en efectivo con tu código." in after
    assert "Tu pago se está procesando." not in after


def test_a_refund_is_told_with_its_amount(client: Client, order: Order) -> None:
    orders.record(order.pk, OrderEventKind.REFUNDED, note="Falla", details={"amount": "1039.90"})

    page = client.get(links.order_link(order))

    assert page.context["events"][-1]["note"] == "S/ 1,039.90 · Falla".replace("S/ ", "S/\xa0")


@pytest.mark.parametrize(
    ("status", "fulfilment", "is_told"),
    [
        (OrderStatus.PROCESSING, FulfilmentStatus.SHIPPED, True),
        (OrderStatus.PROCESSING, FulfilmentStatus.DELIVERED, False),
        (OrderStatus.CANCELLED, FulfilmentStatus.NONE, False),
        (OrderStatus.EXPIRED, FulfilmentStatus.NONE, False),
    ],
)
def test_a_day_is_promised_only_while_something_is_to_come(
    status: OrderStatus, fulfilment: FulfilmentStatus, is_told: bool
) -> None:
    order = Order(status=status, fulfilment_status=fulfilment, promised_to=date(2026, 11, 27))

    assert order.is_to_come is is_told


def test_a_state_has_one_colour_whatever_happens_to_the_money(
    client: Client, simulator: Server
) -> None:
    order = held_order()
    payment = pay(order)
    client.force_login(order.customer, backend=BACKEND)
    link = f"/orders/{order.number}/"
    before = client.get(link).context["status"]["level"]

    simulator.bank.delay(payment.gateway_id, 3600)
    settle(payment.pk)

    listed = client.get("/account/orders/").context["cards"][0]["level"]
    assert client.get(link).context["status"]["level"] == before == listed == "warning"


def test_machines_read_its_moments(client: Client, order: Order) -> None:
    page = client.get(links.order_link(order)).content.decode()

    moments = re.findall(r'<time[^>]* datetime="([^"]*)"', page)
    assert len(moments) >= 2
    assert all(datetime.fromisoformat(moment).tzinfo for moment in moments)


def test_the_page_begins_with_what_comes_next(client: Client, order: Order) -> None:
    soon = timezone.now() + timedelta(days=2)
    Order.objects.filter(pk=order.pk).update(expires_at=soon)
    unpaid = client.get(links.order_link(order))
    Order.objects.filter(pk=order.pk).update(
        status=OrderStatus.CONFIRMED,
        promised_from=date(2026, 11, 27),
        promised_to=date(2026, 11, 30),
    )
    paid = client.get(links.order_link(order))

    assert unpaid.context["next_step"].startswith("Paga antes del ")
    assert paid.context["next_step"] == "Llega vie 27 nov – lun 30 nov"
    page = paid.content.decode()
    assert f"Te escribimos a <b>{order.email}</b>" in page
    assert f"/orders/{order.number}/calendar.ics?token=" in page
    assert order.lines.get().sku not in page


def test_the_days_of_the_delivery_go_into_a_calendar(client: Client, order: Order) -> None:
    link = links.order_link(order).replace("/?", "/calendar.ics?")
    config.STORE_NAME = "Casa, Luz; y más"
    assert client.get(link).status_code == HTTPStatus.NOT_FOUND

    Order.objects.filter(pk=order.pk).update(
        status=OrderStatus.CONFIRMED,
        promised_from=date(2026, 11, 27),
        promised_to=date(2026, 11, 30),
    )
    file = client.get(link)

    text = file.content.decode().replace("\r\n ", "")
    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    assert "DTSTART;VALUE=DATE:20261127\r\nDTEND;VALUE=DATE:20261201\r\n" in text
    assert "SUMMARY:Llega el pedido" in text
    assert "Casa\\, Luz\\; y más" in text
    assert client.get(link.split("?")[0]).status_code == HTTPStatus.NOT_FOUND
