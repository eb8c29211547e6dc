"""The home page tells stories: pictures with hotspots, what customers say, colours of pictures."""

import re
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from constance import config
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.test import Client
from PIL import Image

from accounts.permissions import Role
from catalog.models import Availability, Collection, Product
from catalog.services import set_availability
from reviews.models import ReviewStatus
from storefront import blocks
from storefront.models import Banner, Hotspot, Story
from tests.accounts.factories import signed_in
from tests.catalog.factories import VariantFactory
from tests.reviews.factories import ReviewFactory

pytestmark = pytest.mark.django_db

SAID = "Llegó a tiempo, se arma en diez minutos y la tela es tal como en la foto."


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def picture(colour: str) -> ContentFile[bytes]:
    stream = BytesIO()
    Image.new("RGB", (400, 500), colour).save(stream, "WEBP")
    return ContentFile(stream.getvalue(), "room.webp")


def product(name: str) -> Product:
    variant = VariantFactory.create(product__name=name, is_new=True)
    set_availability(variant.pk, Availability.IN_STOCK)
    return variant.product


def test_a_hotspot_is_a_plain_link_to_its_product(client: Client) -> None:
    sofa = product("Sofá Miel")
    story = Story.objects.create(title="Una sala que abraza", picture=picture("#a65a2a"))
    Hotspot.objects.create(story=story, product=sofa, x=48, y=61)

    page = client.get("/").content.decode()

    link = re.search(r'<a class="hotspot"[^>]*>', page)
    assert link is not None
    assert f'href="/p/{sofa.slug}/"' in link[0]
    assert 'data-x="50" data-y="60"' in link[0]
    assert "Una sala que abraza" in page


def test_a_hidden_product_has_no_hotspot(client: Client) -> None:
    sofa = product("Sofá Miel")
    story = Story.objects.create(title="Una sala", picture=picture("#a65a2a"))
    Hotspot.objects.create(story=story, product=sofa, x=50, y=60)
    Product.objects.filter(pk=sofa.pk).update(is_active=False)

    assert 'class="hotspot"' not in client.get("/").content.decode()


def test_no_product_comes_twice() -> None:
    sofa = product("Sofá Miel")
    names = [product(f"Silla {number}").name for number in range(3)]
    story = Story.objects.create(title="Una sala", picture=picture("#a65a2a"))
    Hotspot.objects.create(story=story, product=sofa, x=50, y=60)

    parts = blocks.home()

    rows = [part["contents"] for part in parts if part.get("row") in {"news", "offers", "popular"}]
    shown = [card["name"] for row in rows for card in row]
    assert sorted(shown) == sorted(names)


@pytest.mark.parametrize(
    ("colour", "hue"), [("#a65a2a", 45), ("#2347c5", 270), ("#8a8a8a", None), ("#0d0d0e", None)]
)
def test_sections_take_the_hue_of_their_picture(colour: str, hue: int | None) -> None:
    banner = Banner.objects.create(title="Hola", desktop_image=picture(colour))
    drop = Collection.objects.create(name="Noche", slug="noche", hero_image=picture(colour))

    assert (banner.hue, drop.hue) == (hue, hue)


def test_a_new_picture_brings_its_own_hue() -> None:
    banner = Banner.objects.create(title="Hola", desktop_image=picture("#a65a2a"))

    banner.desktop_image = picture("#2347c5")
    banner.save()

    assert banner.hue == 270


def test_the_database_refuses_a_hotspot_outside_its_picture() -> None:
    story = Story.objects.create(title="Una sala", picture=picture("#a65a2a"))

    with pytest.raises(IntegrityError, match="hotspot_inside_its_picture"):
        Hotspot.objects.create(story=story, product=product("Sofá"), x=101, y=5)


def test_the_home_page_quotes_praise_in_its_own_language(client: Client) -> None:
    kept = {"status": ReviewStatus.APPROVED, "is_verified": True, "rating": 5}
    ReviewFactory.create(product=product("Sofá"), comment=SAID, language="es", **kept)
    ReviewFactory.create(
        product=product("Mesa"), comment=f"{SAID} In English.", language="en", **kept
    )
    ReviewFactory.create(
        product=product("Silla"), comment=f"{SAID} Mal.", language="es", **kept | {"rating": 2}
    )

    page = client.get("/").content.decode()

    assert SAID in page
    assert "In English." not in page
    assert f"{SAID} Mal." not in page


def test_a_review_that_is_rejected_leaves_the_home_page(client: Client) -> None:
    review = ReviewFactory.create(
        product=product("Sofá"), comment=SAID, language="es", rating=5, is_verified=True,
        status=ReviewStatus.APPROVED,
    )  # fmt: skip
    tags = client.get("/").headers["Surrogate-Key"].split()

    assert f"opinions:{str(review.product_id)[-12:]}" in tags


def test_a_drop_to_come_is_a_calendar_file(client: Client) -> None:
    Collection.objects.create(
        name="Noche, Lima; edición 2", slug="noche", type="drop", is_active=True,
        starts_at=datetime(2030, 5, 2, 18, tzinfo=UTC),
    )  # fmt: skip

    answer = client.get("/drops/noche/calendar.ics")

    lines = answer.content.decode().split("\r\n")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "DTSTART:20300502T180000Z" in lines
    assert next(line for line in lines if line.startswith("SUMMARY:Noche\\, Lima\\; edición 2"))
    assert all(len(line.encode()) <= 75 for line in lines)


def test_a_drop_that_has_begun_has_no_calendar_file(client: Client) -> None:
    Collection.objects.create(
        name="Noche", slug="noche", type="drop", is_active=True,
        starts_at=datetime(2020, 5, 2, 18, tzinfo=UTC),
    )  # fmt: skip

    assert client.get("/drops/noche/calendar.ics").status_code == HTTPStatus.NOT_FOUND


def test_the_shops_own_line_stands_on_top_of_every_page(client: Client) -> None:
    config.ANNOUNCEMENT = "Abrimos en Miraflores"

    assert "Abrimos en Miraflores" in client.get("/kits/").content.decode()
    assert "Abrimos en Miraflores" not in client.get("/en/kits/").content.decode()


def test_a_new_story_begins_with_a_tint_of_its_picture(client: Client, settings: Any) -> None:
    settings.DEMO = True
    signed_in(client, Role.CATALOGUE)

    form = client.get("/admin/storefront/story/add/").context["adminform"].form

    assert form["scheme"].value() == "soft"
