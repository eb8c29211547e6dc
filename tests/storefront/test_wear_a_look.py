"""A shop makes the store its own: look, exact colour, corners, room, logo and icons."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from constance import config
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.letterheads import letter
from accounts.permissions import Role
from core.mail import message
from storefront import icons, selectors
from storefront.models import Logo
from tests.accounts.factories import house, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/storefront/logo/"
PREVIEW = "/admin/storefront/logo/preview/"
WORN = {"STORE_LOOK": "street", "BRAND_COLOUR": "#1f5596", "CORNERS": "round", "DENSITY": "roomy"}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def manager(client: Client, settings: Any) -> Client:
    settings.DEMO = True
    signed_in(client, Role.ADMINISTRATOR)
    return client


def logo(colour: str) -> Logo:
    stream = BytesIO()
    sign = Image.new("RGB", (300, 300), "white")
    sign.paste(Image.new("RGB", (100, 100), colour), (100, 100))
    sign.save(stream, "PNG")
    return Logo.objects.create(picture=ContentFile(stream.getvalue(), "logo.png"))


def test_what_is_chosen_is_what_shoppers_see(manager: Client, client: Client) -> None:
    manager.post(PAGE, WORN)

    page = client.get("/").content.decode()

    assert 'data-look="street"' in page
    assert 'data-corners="round"' in page
    assert 'data-density="roomy"' in page
    sheet = re.search(r'href="(/theme-[^"]+\.css)"', page)
    assert sheet is not None
    answer = client.get(sheet[1])
    assert "#1f5596" in answer.content.decode()
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_preview_saves_nothing(manager: Client) -> None:
    answer = manager.post(PREVIEW, WORN)

    page = answer.content.decode()
    assert 'data-look="street"' in page
    assert (config.STORE_LOOK, config.BRAND_COLOUR) == ("editorial", "")


def test_a_wrong_colour_is_refused_and_stays_in_its_field(manager: Client) -> None:
    answer = manager.post(PAGE, WORN | {"BRAND_COLOUR": "blue"})

    page = answer.content.decode()
    assert "#1F5596" in page
    assert 'value="blue"' in page
    assert config.BRAND_COLOUR == ""


def test_the_page_says_where_a_colour_had_to_give_way(manager: Client) -> None:
    manager.post(PAGE, WORN | {"STORE_LOOK": "market", "BRAND_COLOUR": "#ffd400"})

    assert "#ffd400 es muy claro para texto" in manager.get(PAGE).content.decode()


@pytest.mark.parametrize("address", [PAGE, PREVIEW])
def test_a_packer_does_not_change_the_look(client: Client, address: str) -> None:
    signed_in(client, Role.WAREHOUSE)

    assert client.post(address, WORN).status_code in {302, 403}
    assert config.STORE_LOOK == "editorial"


def test_icons_have_the_first_letter_until_there_is_a_logo(client: Client) -> None:
    assert icons.draw()
    lettered = icons.stored(None)

    mine = logo("#b3261e")
    assert icons.draw()
    drawn = icons.stored(mine)

    assert set(lettered) == set(drawn) == set(icons.SIZES)
    assert set(lettered.values()).isdisjoint(drawn.values())
    cache.clear()
    assert drawn[180] in client.get("/").content.decode()


def test_icons_are_drawn_once() -> None:
    assert icons.draw()
    assert not icons.draw()


def test_an_icon_is_made_of_the_logo(settings: Any) -> None:
    mine = logo("#b3261e")
    icons.draw()

    name = icons.source(mine).names()[192]
    with Image.open(Path(settings.MEDIA_ROOT) / name) as icon:
        assert icon.size == (192, 192)
        assert icon.convert("RGB").getpixel((96, 96)) == (0xB3, 0x26, 0x1E)


def test_a_home_screen_is_told_of_name_and_icons(client: Client) -> None:
    icons.draw()

    told = client.get(reverse("manifest")).json()

    assert told["name"] == config.STORE_NAME
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}


def test_mails_and_papers_wear_what_is_chosen(manager: Client, settings: Any) -> None:
    manager.post(PAGE, WORN)
    mine = logo("#b3261e")

    mail = message.write(
        "storefront/email/message",
        language="es",
        context={"name": "Rosa", "email": "rosa@example.com", "message": "Hola"},
    ).html
    paper = letter(house(), kind="Boleta", number="B001-1").finished()

    assert "font: 600 28px/1.15 Archivo, Impact" in mail
    assert "border-radius: 18px; background: #1f5596; color: #ffffff" in mail
    assert f'<img src="{settings.SITE_URL}{mine.picture.url}" alt="{config.STORE_NAME}"' in mail
    assert b"Archivo" in paper
    assert b"/Subtype /Image" in paper


def test_a_logo_whose_file_is_gone_leaves_the_name(manager: Client) -> None:
    mine = logo("#b3261e")
    Path(mine.picture.path).unlink()

    assert selectors.logo_files() is None
    assert letter(house(), kind="Boleta", number="B001-1").finished()
