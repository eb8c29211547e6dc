"""Staff read the mails of an order as the shopper gets them, and send them again."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts.models import Seller, User
from orders.models import Order
from tests.accounts.factories import UserFactory
from tests.backoffice.factories import member_of
from tests.orders.factories import place

pytestmark = pytest.mark.django_db


def sign_in(client: Client, *rights: str) -> User:
    person = UserFactory.create(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(person)
    return person


def address(order: Order, mail: str = "placed", page: str = "mail") -> str:
    return reverse(f"admin:orders_order_{page}", args=[order.pk, mail])


def test_the_page_of_an_order_offers_the_mails_that_are_true(client: Client) -> None:
    sign_in(client, "view_order", "change_order")
    order = place()

    page = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()

    for mail in ("placed", "awaiting_payment"):
        assert address(order, mail) in page
        assert address(order, mail, "resend") in page
    assert address(order, "paid") not in page


@pytest.mark.parametrize(("language", "words"), [("es", "Gracias"), ("en", "Thank you")])
def test_a_preview_is_in_the_shoppers_language_looks_like_the_mail_and_sends_nothing(
    client: Client, language: str, words: str
) -> None:
    sign_in(client, "view_order", "view_payment")
    order = place(language=language)

    html = client.get(address(order))
    text = client.get(f"{address(order)}?text")

    assert words in html.content.decode()
    assert words in text.content.decode()
    assert text["Content-Type"].startswith("text/plain")
    assert "style-src 'unsafe-inline'" in html["Content-Security-Policy"]
    assert "script-src" not in html["Content-Security-Policy"]
    assert "img-src 'self' data:" in html["Content-Security-Policy"]
    assert not Email.objects.exists()


def test_a_mail_is_sent_again_by_who_may_change_orders(client: Client) -> None:
    clerk = sign_in(client, "view_order", "change_order")
    order = place()

    client.post(address(order, page="resend"))

    assert Email.objects.get().to == [order.email]
    assert order.events.get(kind="mail_sent").actor == clerk


def test_a_mail_that_is_not_true_is_refused_in_words(client: Client) -> None:
    sign_in(client, "view_order", "change_order")

    response = client.post(address(place(), "paid", "resend"), follow=True)

    assert "no corresponde" in response.content.decode()
    assert not Email.objects.exists()


def test_nobody_sends_mails_who_may_only_look_and_nobody_by_a_link(client: Client) -> None:
    order = place()
    sign_in(client, "view_order", "view_payment")

    assert client.post(address(order, page="resend")).status_code == 403
    assert client.get(address(order, page="resend")).status_code == 405
    assert client.get(address(order, "nonsense")).status_code == 404
    assert not Email.objects.exists()


def test_a_seller_reads_no_mails(client: Client) -> None:
    order = place()
    client.force_login(member_of(Seller.objects.get()))

    assert client.get(address(order)).status_code == 403
    assert client.post(address(order, page="resend")).status_code == 403
