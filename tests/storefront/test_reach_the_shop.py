"""How customers reach the shop: by the channels that staff have set; no page promises others."""

import json
import re
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from constance import config
from django.test import Client, RequestFactory

from catalog.models import Variant
from orders.links import token_for
from storefront.contact import contact
from storefront.errors import server_error
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import stocked
from tests.orders.factories import new_line, place

pytestmark = pytest.mark.django_db
ALL = ("WHATSAPP", "PHONE", "EMAIL")
PROMISES = ("WhatsApp", "People who answer", "tel:", "mailto:", "wa.me", "/contact/")


@pytest.fixture
def reachable() -> None:
    config.CONTACT_WHATSAPP = "+51 987 654 321"
    config.CONTACT_PHONE = "+51 1 555 0100"
    config.CONTACT_EMAIL = "hola@example.com"


@pytest.fixture
def variant() -> Variant:
    return VariantFactory.create(sku="SOFA/1", product__name="Sofá Lima", product__slug="sofa-lima")


def text_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["text"][0]


def test_a_shop_without_channels_promises_none(client: Client, variant: Variant) -> None:
    order = place(new_line(stocked(1)))
    address = f"/en/orders/{order.number}/?token={token_for(order)}"

    pages = [client.get(url).text for url in ("/en/", "/en/p/sofa-lima/", address, "/en/nada/")]

    assert [word for page in pages for word in PROMISES if word in page] == []
    assert client.get("/contact/").status_code == HTTPStatus.NOT_FOUND
    assert "/contact/" not in client.get("/sitemap-pages.xml").text


@pytest.mark.parametrize(
    ("channels", "english", "spanish"),
    [
        (("WHATSAPP", "PHONE"), "By WhatsApp or phone", "Por WhatsApp o teléfono"),
        (ALL, "By WhatsApp, phone or e-mail", "Por WhatsApp, teléfono o correo"),
        (("EMAIL",), "By e-mail", "Por correo"),
    ],
)
def test_the_footer_names_the_channels_that_are_set_and_links_them(
    channels: tuple[str, ...], english: str, spanish: str, client: Client
) -> None:
    values = {"WHATSAPP": "+51 987 654 321", "PHONE": "+51 1 555 0100", "EMAIL": "a@example.com"}
    links = {
        "WHATSAPP": "https://wa.me/51987654321",
        "PHONE": "tel:+5115550100",
        "EMAIL": "mailto:a@example.com",
    }
    for name in channels:
        setattr(config, f"CONTACT_{name}", values[name])

    page, spanish_page = client.get("/en/").text, client.get("/").text

    assert f"<span>{english}</span>" in page
    assert f"<span>{spanish}</span>" in spanish_page
    assert {name for name, link in links.items() if f'href="{link}"' in page} == set(channels)


@pytest.mark.usefixtures("reachable")
def test_a_page_tells_all_channels_and_where_the_company_is(client: Client) -> None:
    config.LEGAL_ADDRESS = "Av. Larco 123, Lima"

    page = client.get("/en/contact/")

    for part in (
        "wa.me/51987654321",
        "tel:+5115550100",
        "mailto:hola@example.com",
        "Av. Larco 123",
    ):
        assert part in page.text
    assert "/contact/" in client.get("/sitemap-pages.xml").text
    assert "Cookie" not in page.get("Vary", "")


@pytest.mark.usefixtures("reachable")
def test_a_question_about_a_product_begins_with_its_name_and_number(
    client: Client, variant: Variant
) -> None:
    page = client.get("/en/p/sofa-lima/")

    assert text_of(page.context["ask"].url) == (
        "Hello, I have a question about Sofá Lima (SKU SOFA/1): "
        "http://testserver/en/p/sofa-lima/?v=SOFA/1"
    )
    assert "Ask about this product" in page.text


def test_without_a_chat_the_question_goes_by_mail(client: Client, variant: Variant) -> None:
    config.CONTACT_PHONE = "+51 1 555 0100"
    config.CONTACT_EMAIL = "hola@example.com"

    link = urlsplit(client.get("/en/p/sofa-lima/").context["ask"].url)

    assert (link.scheme, link.path) == ("mailto", "hola@example.com")
    assert "Sofá Lima" in unquote(link.query)
    assert "SOFA/1" in unquote(link.query)


def test_a_phone_alone_carries_no_question(client: Client, variant: Variant) -> None:
    config.CONTACT_PHONE = "+51 1 555 0100"

    assert client.get("/en/p/sofa-lima/").context["ask"] is None


@pytest.mark.usefixtures("reachable")
def test_a_question_about_an_order_begins_with_its_number(client: Client) -> None:
    order = place(new_line(stocked(1)))

    page = client.get(f"/en/orders/{order.number}/?token={token_for(order)}")

    chat, phone, mail = page.context["channels"]
    assert order.number in text_of(chat.url)
    assert phone.url == "tel:+5115550100"
    assert order.number in unquote(mail.url)


@pytest.mark.usefixtures("reachable")
def test_pages_of_faults_tell_how_to_reach_the_shop(client: Client, rf: RequestFactory) -> None:
    absent = client.get("/en/nada/").text
    broken = server_error(rf.get("/")).content.decode()

    for page in (absent, broken):
        assert "https://wa.me/51987654321" in page


@pytest.mark.usefixtures("reachable")
def test_search_engines_learn_how_customers_reach_the_shop(client: Client) -> None:
    page = client.get("/").text
    facts = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])

    point = facts["@graph"][0]["contactPoint"]

    assert (point["telephone"], point["email"]) == ("+51 1 555 0100", "hola@example.com")
    assert point["url"].endswith("/contact/")


def test_nothing_set_is_no_contact() -> None:
    assert not contact()
    assert contact().sentence == ""


def test_the_shops_own_words_stand_in_each_language(client: Client) -> None:
    config.STORE_DESCRIPTION = "Cosas lindas desde Lima."
    config.STORE_DESCRIPTION_OTHER = "Nice things from Lima."

    english, spanish = client.get("/en/").text, client.get("/").text

    assert '<meta name="description" content="Nice things from Lima.">' in english
    assert "<p>Nice things from Lima.</p>" in english
    assert "Cosas lindas desde Lima." in spanish


def test_a_language_without_words_of_the_shop_gets_general_ones(client: Client) -> None:
    config.STORE_DESCRIPTION = "Cosas lindas desde Lima."

    page = client.get("/en/").text

    assert "Cosas lindas" not in page
    assert "quality products delivered to your door" in page


def test_address_and_hours_stand_in_the_footer_each_in_its_language(client: Client) -> None:
    config.CONTACT_ADDRESS = "Av. Larco 123, Miraflores"
    config.CONTACT_HOURS = "Lunes a sábado"
    config.CONTACT_HOURS_OTHER = "Monday to Saturday"

    spanish, english = client.get("/").text, client.get("/en/").text

    assert "Av. Larco 123, Miraflores" in spanish
    assert "query=Av.%20Larco%20123%2C%20Miraflores" in spanish
    assert ("Lunes a sábado" in spanish, "Lunes a sábado" in english) == (True, False)
    assert "Monday to Saturday" in english


def test_search_engines_learn_where_the_shop_is(client: Client) -> None:
    config.CONTACT_ADDRESS = "Av. Larco 123, Miraflores"
    config.CONTACT_MAP = "https://maps.example/larco"

    page = client.get("/").text
    facts = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])

    shop = facts["@graph"][0]
    assert shop["@type"] == ["OnlineStore", "LocalBusiness"]
    assert (shop["address"], shop["hasMap"]) == (
        "Av. Larco 123, Miraflores",
        "https://maps.example/larco",
    )
    assert "contactPoint" not in shop


def test_the_footer_names_the_tax_number_and_marks_the_complaints_book(client: Client) -> None:
    config.TAX_ID = "20000000001"

    page = client.get("/").text
    config.COUNTRY, config.COMPLAINTS_BOOK = "MX", False
    elsewhere = client.get("/en/").text

    assert "RUC 20000000001" in page
    assert "#complaints-book" in page
    assert "RFC 20000000001" in elsewhere
    assert "#complaints-book" not in elsewhere
