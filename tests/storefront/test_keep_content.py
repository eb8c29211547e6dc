"""Staff keep banners, pages and menus in the admin; the shop shows them at once."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.permissions import Role
from catalog.models import Collection
from core.web.markdown import as_html
from storefront.models import Banner, MenuItem, MenuPlace, Page
from storefront.tasks import make_missing_banners
from tests.accounts.factories import UserFactory, signed_in
from tests.catalog.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def manager(client: Client, settings: Any, tmp_path: Any) -> None:
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path
    signed_in(client, Role.CATALOGUE)


def page(model: str, name: str, *args: Any) -> str:
    return reverse(f"admin:storefront_{model}_{name}", args=args)


def drawn(size: tuple[int, int] = (900, 600), kind: str = "PNG") -> bytes:
    data = BytesIO()
    Image.new("RGB", size, "navy").save(data, kind)
    return data.getvalue()


def upload(data: bytes, name: str = "foto.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/png")


def banner_form(**fields: Any) -> dict[str, Any]:
    form = {
        "title_es": "Rebajas",
        "target_url": "/kits/",
        "text_place": "start",
        "position": 0,
        "is_active": "on",
    }
    return {**form, **fields}


def test_a_banner_without_its_wide_picture_is_refused(client: Client) -> None:
    answer = client.post(page("banner", "add"), banner_form())

    assert "desktop_image" in answer.context["adminform"].form.errors
    assert not Banner.objects.exists()


def test_a_banner_is_drawn_anew_and_gets_smaller_copies(client: Client) -> None:
    picture = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    Image.new("RGB", (900, 600)).save(picture, "JPEG", exif=exif)

    client.post(
        page("banner", "add"), banner_form(desktop_image=upload(picture.getvalue(), "casa.jpg"))
    )
    made = make_missing_banners()

    banner = Banner.objects.get()
    assert made == 1
    assert make_missing_banners() == 0
    with banner.desktop_image.open() as file:
        assert b"where I live" not in file.read()
    home = client.get("/").content.decode()
    assert ".640.avif 640w" in home
    assert ".320.webp 320w" in home


def bomb() -> bytes:
    """A PNG whose head speaks of 30,000 × 30,000 pixels."""
    data = bytearray(drawn((8, 8)))
    data[16:24] = (30_000).to_bytes(4, "big") * 2
    return bytes(data)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"desktop_image": lambda: upload(b"<svg onload=alert(1)>")}, "desktop_image"),
        ({"desktop_image": lambda: upload(bomb())}, "desktop_image"),
        ({"mobile_image": lambda: upload(b"\x89PNG" + b"0" * 9_000_000)}, "mobile_image"),
        ({"target_url": "javascript:alert(1)"}, "target_url"),
        ({"target_url": " JaVaScRiPt:alert(1)"}, "target_url"),
        ({"target_url": "//boese.example"}, "target_url"),
        ({"target_url": "/\\boese.example"}, "target_url"),
        ({"target_url": "data:text/html,x"}, "target_url"),
        ({"starts_at_0": "2026-11-22", "ends_at_0": "2026-11-21"}, "ends_at"),
        ({"starts_at_0": "mañana", "ends_at_0": "2026-11-21"}, "starts_at"),
        ({"starts_at_0": "2026-11-22", "ends_at_0": "9999-12-31"}, "ends_at"),
        ({"position": "-1"}, "position"),
    ],
)
def test_a_bad_banner_is_refused_beside_its_field(
    client: Client, fields: dict[str, Any], field: str
) -> None:
    times = {"starts_at_1": "10:00", "ends_at_1": "10:00"} if "starts_at_0" in fields else {}
    made = {"desktop_image": upload(drawn())} | {
        name: value() if callable(value) else value for name, value in fields.items()
    }

    answer = client.post(page("banner", "add"), banner_form(**times, **made))

    assert list(answer.context["adminform"].form.errors) == [field]
    assert not Banner.objects.exists()


def test_banners_come_and_go_by_the_clock(client: Client) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    for title, starts_at, ends_at in [
        ("antes", now - 2 * hour, now - hour),
        ("ahora", now - hour, now + hour),
        ("luego", now + hour, None),
    ]:
        Banner.objects.create(
            title=title, desktop_image="ancha.png", starts_at=starts_at, ends_at=ends_at
        )

    parts = client.get("/").context["parts"]
    (banners,) = [part["contents"] for part in parts if "_hero" in part["template"]]
    states = {row.title: row for row in Banner.objects.all()}
    preview = client.get(page("banner", "preview", states["luego"].pk))

    assert [banner["title"] for banner in banners] == ["ahora"]
    assert "luego" in preview.content.decode()

    client.force_login(UserFactory.create(is_staff=True))
    assert client.get(page("banner", "preview", states["luego"].pk)).status_code == 403


def test_wide_screens_get_the_wide_picture(client: Client) -> None:
    names = [default_storage.save(name, ContentFile(drawn())) for name in ("w.png", "m.png")]
    Banner.objects.create(title="Rebajas", desktop_image=names[0], mobile_image=names[1])

    home = client.get("/").content.decode()

    wide = f'<source media="(min-width: 48rem)"\n              srcset="/media/{names[0]} '
    assert wide in home
    assert f'<img src="/media/{names[1]}"' in home


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Uno\n\nDos", "<p>Uno</p>\n<p>Dos</p>\n"),
        ("# Plazos", "<h2>Plazos</h2>\n"),
        ("- uno\n- dos", "<ul>\n<li>uno</li>\n<li>dos</li>\n</ul>\n"),
        ("**dos**", "<p><strong>dos</strong></p>\n"),
        ("[kits](/kits/)", '<p><a href="/kits/">kits</a></p>\n'),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert)", "<p>[x](javascript:alert)</p>\n"),
        ("[x](&#106;avascript:alert)", "<p>[x](javascript:alert)</p>\n"),
        ("[x](java&#09;script:alert)", "<p>[x](java\tscript:alert)</p>\n"),
        ("[x](//evil.example)", "<p>[x](//evil.example)</p>\n"),
        ("[x](&#47;/evil.example)", "<p>[x](//evil.example)</p>\n"),
        ("[x](/\\evil.example)", '<p><a href="/%5Cevil.example">x</a></p>\n'),
        ("[x]\n\n[x]: //evil.example", "<p>[x]</p>\n<p>[x]: //evil.example</p>\n"),
        ("[x](https://a.example/b)", '<p><a href="https://a.example/b">x</a></p>\n'),
        ("[x](mailto:a@b.example)", '<p><a href="mailto:a@b.example">x</a></p>\n'),
        ("[x](#dos)", '<p><a href="#dos">x</a></p>\n'),
        ("![x](https://spy.example/p.gif)", '<p>!<a href="https://spy.example/p.gif">x</a></p>\n'),
        ('[x](/a "<b>")', '<p><a href="/a" title="&lt;b&gt;">x</a></p>\n'),
    ],
)
def test_texts_have_a_little_markdown_and_no_html(text: str, html: str) -> None:
    assert as_html(text) == html


def test_a_page_is_written_and_read(client: Client) -> None:
    form = {
        "title_es": "Plazos",
        "slug": "plazos",
        "kind": "text",
        "is_active": 1,
        "body_es": "# Lima\n\n<b>2</b>",
    }

    client.post(page("page", "add"), form)
    client.post(page("page", "change", Page.objects.get().pk), form | {"slug": "entregas"})

    html = client.get("/pages/entregas/").content.decode()
    assert "<h2>Lima</h2>" in html
    assert "<p>&lt;b&gt;2&lt;/b&gt;</p>" in html
    assert client.get("/pages/plazos/")["Location"] == "/pages/entregas/"
    answer = client.post(page("page", "add"), form | {"slug": "entregas"})
    assert list(answer.context["adminform"].form.errors) == ["slug"]


def test_menus_lead_where_staff_say_at_once(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    text = Page.objects.create(title="Plazos", slug="plazos")
    category = CategoryFactory.create(slug="sofas")
    drop = Collection.objects.create(name="Drop", slug="drop", is_active=True)
    client.get("/")

    for name, target in [
        ("page", text.pk),
        ("category", category.pk),
        ("collection", drop.pk),
        ("target_url", "https://blog.example/"),
    ]:
        form = {"label_es": f"A {name}", "place": "footer", "position": 0, "is_active": "on"}
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(page("menuitem", "add"), form | {name: target})
        assert answer.status_code == 302, answer.context["adminform"].form.errors

    home = client.get("/en/").content.decode()
    for address in ("/en/pages/plazos/", "/en/c/sofas/", "/en/drops/drop/"):
        assert f'href="{address}"' in home
    assert 'href="https://blog.example/"' in home


def test_menus_do_not_lead_to_what_is_hidden(client: Client) -> None:
    category = CategoryFactory.create(slug="sofas", is_active=False)
    MenuItem.objects.create(place=MenuPlace.FOOTER, label="Sofás", category=category)

    assert "/c/sofas/" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("target", "field"),
    [
        ({}, "page"),
        ({"target_url": "javascript:alert(1)"}, "target_url"),
        ({"target_url": "/kits/", "page": "x"}, "page"),
    ],
)
def test_a_bad_menu_item_is_refused_beside_its_field(
    client: Client, target: dict[str, str], field: str
) -> None:
    form = {"label_es": "Kits", "place": "footer", "position": 0}

    answer = client.post(page("menuitem", "add"), form | target)

    assert field in answer.context["adminform"].form.errors
    assert not MenuItem.objects.exists()


def test_a_menu_item_leads_to_one_place_alone(client: Client) -> None:
    text = Page.objects.create(title="Plazos", slug="plazos")
    form = {"label_es": "Plazos", "place": "footer", "position": 0}

    both = client.post(
        page("menuitem", "add"), form | {"page": text.pk, "target_url": "/pages/plazos/"}
    )

    assert "target_url" in both.context["adminform"].form.errors
    for wrong in ({"page": text, "target_url": "/kits/"}, {}, {"target_url": "javascript:x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MenuItem.objects.create(place="footer", label="x", **wrong)


def test_a_brand_shows_its_logo(client: Client) -> None:
    form = {"name": "Altozano", "slug": "altozano", "is_active": "on"}

    client.post(reverse("admin:catalog_brand_add"), {**form, "logo": upload(drawn((300, 100)))})

    assert 'class="logo"' in client.get("/b/altozano/").content.decode()
