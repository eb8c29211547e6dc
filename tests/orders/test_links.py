"""The link by which an order is paid: in the order's language, ready for a chat."""

from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import translation

from orders.links import payment_link, payment_text, whatsapp_link
from tests.orders.factories import place


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "prefix"), [("es", ""), ("en", "/en")])
def test_the_link_opens_the_payment_of_the_order_in_its_language(
    client: Client, language: str, prefix: str
) -> None:
    order = place(language=language)

    with translation.override("es"):
        link = payment_link(order)

    address = urlsplit(link)
    assert address.scheme.startswith("http")
    assert address.path == f"{prefix}/checkout/pay/{order.number}/"
    assert client.get(f"{address.path}?{address.query}").status_code == 200


@pytest.mark.django_db
def test_the_text_names_the_amount_the_link_and_the_deadline() -> None:
    order = place(language="en", expires_at=datetime(2026, 5, 4, 15, 0, tzinfo=UTC))

    text = payment_text(order, Decimal("12.50"))

    assert order.number in text
    assert "S/\N{NO-BREAK SPACE}12.50" in text
    assert payment_link(order) in text
    assert "4 May 2026, 10:00" in text


def test_a_chat_opens_with_the_text_typed() -> None:
    link = whatsapp_link("+51 987-654-321", "Hola: 10 & más\nhttps://x.pe/?a=b")

    address = urlsplit(link)
    assert (address.netloc, address.path) == ("wa.me", "/51987654321")
    assert parse_qs(address.query) == {"text": ["Hola: 10 & más\nhttps://x.pe/?a=b"]}


def test_without_a_number_there_is_no_chat() -> None:
    assert whatsapp_link("", "Hola") == ""
