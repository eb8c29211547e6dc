"""Staff decide what the home page shows, in which order, and the sign in its head."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.permissions import Role
from catalog.models import Availability, Collection, CollectionProduct
from catalog.services import set_availability
from storefront import icons
from storefront.models import HomeBlock, HomeBlockKind, Logo
from tests.accounts.factories import signed_in
from tests.catalog.factories import VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def collection() -> Collection:
    made = Collection.objects.create(name="Casa clara", slug="casa-clara", is_active=True)
    for name in ("Mesa", "Lámpara"):
        variant = VariantFactory.create(product__name=name)
        set_availability(variant.pk, Availability.IN_STOCK)
        CollectionProduct.objects.create(collection=made, product=variant.product)
    return made


@pytest.fixture
def manager(client: Client, settings: Any, tmp_path: Path) -> Client:
    """Somebody of the catalogue, signed in."""
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path
    signed_in(client, Role.CATALOGUE)
    return client


def headings(client: Client, path: str = "/") -> list[str]:
    cache.clear()
    main = client.get(path).content.decode().partition("<main")[2].partition("</main>")[0]
    return re.findall(r"<h2[^>]*>([^<]+)</h2>", main)


def test_a_shop_that_changed_nothing_has_the_usual_parts(
    client: Client, collection: Collection
) -> None:
    usual = headings(client)

    HomeBlock.objects.all().delete()

    assert "Más populares" in usual
    assert headings(client) == usual


def test_parts_stand_where_staff_put_them_under_their_own_heading(
    client: Client, collection: Collection
) -> None:
    set_availability(VariantFactory.create().pk, Availability.IN_STOCK)
    HomeBlock.objects.exclude(kind=HomeBlockKind.POPULAR).update(is_active=False)
    HomeBlock.objects.create(kind=HomeBlockKind.COLLECTION, collection=collection, position=1)
    HomeBlock.objects.filter(kind=HomeBlockKind.POPULAR).update(
        title_es="Lo que vuela", title_en="Flying off the shelf"
    )

    assert headings(client) == ["Casa clara", "Lo que vuela"]
    assert headings(client, "/en/") == ["Casa clara", "Flying off the shelf"]


def test_a_part_with_nothing_to_show_is_left_out(client: Client, collection: Collection) -> None:
    HomeBlock.objects.create(kind=HomeBlockKind.COLLECTION, collection=collection, position=1)
    Collection.objects.filter(pk=collection.pk).update(is_active=False)

    assert "Casa clara" not in headings(client)
    assert not {"Drops", "Kits"} & set(headings(client))


def test_the_same_part_stands_there_once(collection: Collection) -> None:
    with pytest.raises(IntegrityError, match="home_block_once"):
        HomeBlock.objects.create(kind=HomeBlockKind.POPULAR)


def test_a_logo_stands_for_the_name_in_the_head(manager: Client) -> None:
    Image.new("RGBA", (800, 400), "#12345680").save(drawn := BytesIO(), "PNG")
    upload = SimpleUploadedFile("logo.png", drawn.getvalue())

    manager.post(reverse("admin:storefront_logo_add"), {"picture": upload})
    cache.clear()
    head = manager.get("/").content.decode().partition("</header>")[0]

    logo = Logo.objects.get()
    assert f'<img class="on-light" src="{logo.picture.url}" alt="Vitrina" width="192"' in head
    with Image.open(logo.picture.path) as kept:
        assert (kept.mode, kept.size) == ("RGBA", (192, 96))
    assert manager.get(reverse("admin:storefront_logo_add")).status_code == 403


def test_the_shop_has_an_icon_of_its_own(manager: Client) -> None:
    before = manager.get("/").content.decode()
    Image.new("RGB", (400, 300), "#123456").save(drawn := BytesIO(), "PNG")
    files = {
        name: SimpleUploadedFile(f"{name}.png", drawn.getvalue()) for name in ("picture", "icon")
    }

    manager.post(reverse("admin:storefront_logo_add"), files)
    cache.clear()

    logo = Logo.objects.get()
    drawn_icons = icons.stored(logo)
    head = Client().get("/").content.decode().partition("</head>")[0]
    assert "img/favicon.svg" in before
    assert f'<link rel="icon" href="{drawn_icons[48]}" type="image/png">' in head
    assert f'<link rel="apple-touch-icon" href="{drawn_icons[180]}">' in head
    assert "img/favicon.svg" not in head
    assert manager.get("/favicon.ico").headers["Location"] == drawn_icons[48]
    with Image.open(logo.icon.path) as kept:
        assert (kept.format, kept.size) == ("PNG", (192, 192))


def test_a_text_is_no_logo(manager: Client) -> None:
    upload = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>")

    page = manager.post(reverse("admin:storefront_logo_add"), {"picture": upload})

    assert "No podemos leer esta imagen" in page.content.decode()
    assert not Logo.objects.exists()


@pytest.mark.parametrize(("kind", "has_collection"), [("collection", False), ("news", True)])
def test_a_collection_that_does_not_fit_is_told_beside_its_field(
    manager: Client, collection: Collection, kind: str, has_collection: bool
) -> None:
    HomeBlock.objects.all().delete()
    typed = {"kind": kind, "collection": collection.pk if has_collection else "", "position": 1}

    page = manager.post(reverse("admin:storefront_homeblock_add"), typed)

    assert list(page.context["adminform"].form.errors) == ["collection"]
    assert not HomeBlock.objects.exists()
