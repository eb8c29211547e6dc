"""The back office names things as people do, once and in the reader's language."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from post_office.models import STATUS, Email

from accounts.models import User
from backoffice.help import SECTIONS
from catalog.models import Kit
from outbox import registry
from outbox.models import DeliveredMessage, Message
from outbox.words import EVENTS, event_in_words, handler_in_words
from tests.accounts.factories import UserFactory
from tests.backoffice.factories import MODELS, page_of
from tests.waitingroom.factories import WaitingRoomFactory

pytestmark = pytest.mark.django_db
PLURALS = {
    "invoicing.series": ("Series", "Series"),
    "storefront.logo": ("Aspecto", "Look"),
    "cart.wishlistitem": ("Listas de deseos", "Wishlists"),
}
SENT = "purchasing.events.PurchaseOrderSent"


def text_of(client: Client, page: str) -> str:
    return client.get(page).content.decode()


def columns(text: str) -> list[str]:
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', text, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", head).split()) for head in heads]


@pytest.mark.parametrize(("prefix", "name"), [("", "Ajustes"), ("/en", "Settings")])
def test_menu_and_page_of_the_settings_have_one_name(
    client: Client, boss: User, prefix: str, name: str
) -> None:
    page = reverse("admin:constance_config_changelist")

    text = text_of(client, prefix + page)

    assert f"<h1>{name}</h1>" in text
    link = re.search(rf'href="{prefix}{page}".*?"menu__name">([^<]*)<', text, re.DOTALL)
    assert link
    assert link[1].strip() == name


@pytest.mark.parametrize("label", PLURALS)
def test_lists_are_named_for_many(label: str) -> None:
    model = next(model for model in MODELS if model._meta.label_lower == label)

    found = []
    for language in ("es", "en"):
        with translation.override(language):
            found.append(capfirst(str(model._meta.verbose_name_plural)))

    assert tuple(found) == PLURALS[label]


def test_every_list_of_the_system_has_a_spanish_name() -> None:
    placed = {label for _name, _icon, labels in SECTIONS for label in labels}
    rest = [model._meta for model in site._registry if model._meta.label_lower not in placed]
    with translation.override("es"):
        spanish = {meta.label: str(meta.verbose_name_plural) for meta in rest}
    with translation.override("en"):
        same = {meta.label for meta in rest if str(meta.verbose_name_plural) == spanish[meta.label]}

    assert same == set()
    assert spanish["post_office.Email"] == "correos"


def test_mails_are_listed_by_subject_and_recipients(client: Client, boss: User) -> None:
    Email.objects.create(
        from_email="a@example.com", to=["ana@example.com"], subject="Hola", status=STATUS.requeued
    )

    text = text_of(client, page_of(Email, "changelist"))

    assert columns(text)[1:] == ["Asunto", "Destinatarios", "Estado", "Última modificación"]
    assert "en cola otra vez" in text
    for word in ("requeued", "Message-ID", "Emails", "Use Template", "seleccionado/s"):
        assert word not in text


def test_second_factors_are_listed_in_words(client: Client, boss: User) -> None:
    Authenticator.objects.create(user=UserFactory.create(), type="totp", data={})

    text = text_of(client, page_of(Authenticator, "changelist"))

    assert columns(text) == ["Usuario", "Tipo", "Desde", "Último uso"]
    assert "Aplicación de autenticación" in text
    assert "Authenticator" not in text


@pytest.mark.parametrize("model", [Message, DeliveredMessage])
def test_news_are_listed_in_words(client: Client, boss: User, model: Any) -> None:
    moments: dict[str, Any] = {}
    if model is DeliveredMessage:
        moments = {
            "id": "01976d00-0000-7000-8000-000000000001",
            "attempts": 1,
            "created_at": "2026-11-23T12:00:00Z",
            "delivered_at": "2026-11-23T12:00:00Z",
        }
    row = model.objects.create(
        event=SENT, handler="purchasing.handlers.send_order", payload={}, **moments
    )

    listed = text_of(client, page_of(model, "changelist"))
    page = text_of(client, page_of(model, "change", row.pk))

    assert "Orden de compra enviada" in listed
    assert "Compras: send order" in listed
    assert SENT not in re.sub(r'href="[^"]*"', "", listed)
    assert re.search(r"<h1>\s*Orden de compra enviada\s*</h1>", page)


def test_every_event_of_the_shop_has_a_name_in_words() -> None:
    ours = {name for name in registry._events if not name.startswith("tests.")}

    assert ours - EVENTS.keys() == set()
    assert event_in_words("acme.events.LabelPrinted") == "Label printed"
    assert handler_in_words("acme.handlers.print_label") == "acme: print label"


def test_a_waiting_room_is_named_for_its_drop(client: Client, boss: User) -> None:
    room = WaitingRoomFactory.create(collection__name="Drop de noviembre")
    page = page_of(type(room), "change", room.pk)

    listed = text_of(client, page_of(type(room), "changelist"))
    typed = {
        "collection": room.collection_id,
        "state": "paused",
        "admissions_per_minute": "60",
        "opens_minutes_before": "15",
        "pass_minutes": "10",
    }
    saved = client.post(page, typed, follow=True).content.decode()

    assert "Drop de noviembre" in listed
    assert "Guardado: sala de espera Drop de noviembre." in saved
    assert "waiting room of" not in listed + saved
    assert str(type(room).objects.get()) == str(room.collection_id)


def test_the_room_of_a_kit_is_said_in_words(client: Client, boss: User) -> None:
    for name, room in (("Uno", "home_office"), ("Dos", "casa_de_playa")):
        Kit.objects.create(name=name, slug=name.lower(), room_type=room, discount_percent=5)

    text = text_of(client, page_of(Kit, "changelist"))

    assert "oficina en casa" in text
    assert "casa de playa" in text
    assert "home_office" not in text
