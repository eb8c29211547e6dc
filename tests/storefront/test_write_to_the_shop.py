"""Anybody writes to the shop from the contact page; the shop answers by mail."""

from http import HTTPStatus

import pytest
from constance import config
from django.contrib.messages import get_messages
from django.test import Client
from post_office.models import Email

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Rosa",
    "email": "rosa@example.com",
    "order_number": "PED-20261124-0001",
    "message": "¿Llega hoy?",
}
FOREIGN = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture(autouse=True)
def shop() -> None:
    config.CONTACT_EMAIL = "hola@example.com"


def test_a_message_reaches_the_shop_which_answers_its_writer(client: Client) -> None:
    answer = client.post("/contact/send/", TYPED)

    mail = Email.objects.get()
    assert mail.to == ["hola@example.com"]
    assert mail.headers["Reply-To"] == "rosa@example.com"
    assert all(word in mail.message for word in TYPED.values())
    assert [str(each) for each in get_messages(answer.wsgi_request)] == [
        "Recibimos tu mensaje. Te respondemos a rosa@example.com."
    ]
    assert "rosa@example.com" in client.get(answer["Location"]).text


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(client: Client) -> None:
    page = client.post("/en/contact/send/", TYPED | {"email": "rosa", "name": " "})

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert set(page.context["form"].errors) == {"name", "email"}
    assert "¿Llega hoy?" in page.text
    assert 'value="rosa"' in page.text
    assert "no-cache" in page["Cache-Control"]
    assert not Email.objects.exists()


def test_programs_are_thanked_and_not_read(client: Client) -> None:
    answer = client.post("/contact/send/", TYPED | {"website": "https://spam.example"})

    assert answer.status_code == HTTPStatus.FOUND
    assert not Email.objects.exists()


def test_nobody_writes_without_end(client: Client) -> None:
    answers = [client.post("/contact/send/", TYPED).status_code for _ in range(6)]

    assert answers == [HTTPStatus.FOUND] * 5 + [HTTPStatus.TOO_MANY_REQUESTS]
    assert Email.objects.count() == 5


def test_other_sites_do_not_write_for_a_visitor(client: Client) -> None:
    answer = client.post("/contact/send/", TYPED, headers=FOREIGN)

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert not Email.objects.exists()


def test_without_an_address_for_mail_there_is_no_form(client: Client) -> None:
    config.CONTACT_EMAIL = ""
    config.CONTACT_PHONE = "+51 1 555 0100"

    page = client.get("/contact/")

    assert 'name="message"' not in page.text
    assert client.post("/contact/send/", TYPED).status_code == HTTPStatus.NOT_FOUND
