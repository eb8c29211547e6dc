"""A guest finds an order by number and e-mail: the link is mailed, the page tells nothing."""

import pytest
from django.test import Client
from post_office.models import Email

from orders import links, lookup
from orders.models import Order
from outbox.models import Message
from tests.orders.factories import place

pytestmark = pytest.mark.django_db
ADDRESS = "/orders/find/"


@pytest.fixture
def order() -> Order:
    return place()


def test_the_answer_is_the_same_for_an_order_and_for_none(client: Client, order: Order) -> None:
    tries = [
        {"number": order.number, "email": order.email},
        {"number": order.number, "email": "otra@example.com"},
        {"number": "PED-20200101-0001", "email": order.email},
    ]

    answers = [client.post(ADDRESS, data, follow=True) for data in tries]

    assert len({answer.content for answer in answers}) == 1
    assert all(answer.redirect_chain == [(f"{ADDRESS}?sent=1", 302)] for answer in answers)
    assert "te enviamos el enlace" in answers[0].content.decode()
    assert order.email not in answers[0].content.decode()
    assert Message.objects.filter(event__endswith="OrderLinkAsked").count() == len(tries)


def test_the_link_is_mailed_to_the_orders_own_address(order: Order) -> None:
    lookup.send_link(order.number, order.email.upper())

    mail = Email.objects.get()
    assert mail.to == [order.email]
    assert links.order_link(order).split("token=")[0] in mail.message


def test_nobody_else_gets_a_mail(order: Order) -> None:
    lookup.send_link(order.number, "otra@example.com")
    lookup.send_link("PED-20200101-0001", order.email)

    assert not Email.objects.exists()


@pytest.mark.parametrize("written", ["ped-20261124-0007", "20261124 0007", " #PED 20261124-0007 "])
def test_a_number_may_be_written_as_people_write_it(client: Client, written: str) -> None:
    client.post(ADDRESS, {"number": written, "email": "ana@example.com"})

    assert Message.objects.get(event__endswith="OrderLinkAsked").payload["number"] == (
        "PED-20261124-0007"
    )


@pytest.mark.parametrize(
    ("field", "text"), [("number", ""), ("number", "12"), ("email", ""), ("email", "ana")]
)
def test_what_cannot_be_is_said_at_its_field(client: Client, field: str, text: str) -> None:
    right = {"number": "PED-20261124-0001", "email": "ana@example.com"}

    answer = client.post(ADDRESS, right | {field: text})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_an_address_is_asked_about_a_few_times_an_hour(client: Client) -> None:
    data = {"number": "PED-20261124-0001", "email": "mucho@example.com"}

    codes = [client.post(ADDRESS, data).status_code for _ in range(6)]

    assert codes == [302] * 5 + [429]
