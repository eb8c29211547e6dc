"""Pages and mails promise a channel only where it is set, and link it where they promise it."""

import re
from itertools import chain, combinations

import pytest
from constance import config
from django.test import Client, RequestFactory

from orders import emails
from orders.links import token_for
from storefront.errors import server_error
from storefront.models import Page
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import stocked
from tests.orders.factories import new_line, place

pytestmark = pytest.mark.django_db
SET = {"WHATSAPP": "+51 987 654 321", "PHONE": "+51 1 555 0100", "EMAIL": "hola@example.com"}
LINKS = {"WHATSAPP": "https://wa.me/51987654321", "PHONE": "tel:+5115550100", "EMAIL": "mailto:"}
# A word of the shop's promises, outside forms, and the channel that it names.
WORDS = {"WhatsApp": "WHATSAPP", "teléfono": "PHONE", "correo": "EMAIL"}
PROMISES = re.compile(
    r"Personas que responden|Te responde una persona|¿Tienes alguna duda\?|Nos encuentras aquí"
    r"|Escríbenos|Llámanos|Cómo contactarnos|Pregunta por este producto",
    re.IGNORECASE,
)
SUBSETS = [set(each) for each in chain(*(combinations(SET, n) for n in range(len(SET) + 1)))]


@pytest.fixture
def addresses() -> dict[str, str]:
    VariantFactory.create(product__slug="sofa-lima")
    Page.objects.create(title="Envíos", slug="envios", kind="shipping", body="# Plazos")
    order = place(new_line(stocked(1)))
    return {
        "home": "/",
        "product": "/p/sofa-lima/",
        "questions": "/p/sofa-lima/questions/",
        "cart": "/cart/",
        "checkout": "/checkout/",
        "order": f"/orders/{order.number}/?token={token_for(order)}",
        "text": "/pages/envios/",
        "absent": "/nada/",
    }


def without_forms(html: str) -> str:
    return re.sub(r"<(form|script|head)\b.*?</\1>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("channels", SUBSETS, ids=lambda each: "-".join(sorted(each)) or "none")
def test_every_page_links_the_channels_that_are_set_and_names_no_other(
    channels: set[str], addresses: dict[str, str], client: Client, rf: RequestFactory
) -> None:
    for name in channels:
        setattr(config, f"CONTACT_{name}", SET[name])

    pages = {name: client.get(url, follow=True).text for name, url in addresses.items()}
    pages["broken"] = server_error(rf.get("/")).content.decode()

    for name, page in pages.items():
        html = without_forms(page)
        linked = {channel for channel, link in LINKS.items() if f'href="{link}' in html}
        assert linked == channels, name
        for sentence in re.findall(r"<span>(Por [^<]*)</span>", html):
            named = {channel for word, channel in WORDS.items() if word in sentence}
            assert named == channels, (name, sentence)
        if not channels:
            assert not PROMISES.findall(html), name
            assert 'href="/contact/"' not in html


@pytest.mark.parametrize("address", ["", "hola@example.com"])
def test_mails_ask_for_an_answer_only_where_somebody_reads_it(address: str) -> None:
    config.CONTACT_EMAIL = address
    order = place(new_line(stocked(1)))

    mails = [emails.preview(order, name) for name in emails.OrderMail]

    asking = [mail for mail in mails if "responde a este correo" in mail.text + mail.html]
    assert bool(asking) == bool(address)
    assert not [mail for mail in mails if "escríbenos" in (mail.text + mail.html).lower()]
