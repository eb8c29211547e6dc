"""Pictures get smaller copies by themselves, and lose them with the picture."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from catalog.images import copies_of, rendition_name
from catalog.models import Kit, ProductImage
from catalog.tasks import make_missing_covers, make_missing_renditions
from tests.catalog.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def _upload() -> ProductImage:
    buffer = BytesIO()
    Image.new("RGB", (700, 350)).save(buffer, format="PNG")
    picture = SimpleUploadedFile("sofa.png", buffer.getvalue())
    return ProductImage.objects.create(product=ProductFactory.create(), picture=picture)


def test_an_upload_gets_its_copies_once() -> None:
    image = _upload()

    assert [make_missing_renditions(), make_missing_renditions()] == [1, 0]

    image.refresh_from_db()
    assert image.rendition_widths == [200, 320, 640]
    for kind in ("avif", "webp"):
        with default_storage.open(rendition_name(image.picture.name or "", 640, kind)) as stream:
            assert Image.open(stream).size == (640, 320)


def test_a_file_that_is_no_picture_keeps_no_other_from_its_copies() -> None:
    broken, image = _upload(), _upload()
    Path(broken.picture.path).write_bytes(b"not a picture")

    assert [make_missing_renditions(), make_missing_renditions()] == [2, 0]

    image.refresh_from_db()
    broken.refresh_from_db()
    assert (image.rendition_widths, broken.rendition_widths) == ([200, 320, 640], [])


def test_another_picture_in_its_place_has_no_copies_yet() -> None:
    image = _upload()
    make_missing_renditions()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_productimage SET picture = 'products/other.png'")

    row = ProductImage.objects.filter(pk=image.pk).values("rendition_widths", "copied_at").get()
    assert row == {"rendition_widths": [], "copied_at": None}


def test_covers_get_their_copies_once_and_a_broken_one_keeps_none_from_them() -> None:
    picture = _upload().picture.name or ""
    broken = default_storage.save("kits/broken.webp", ContentFile(b"not a picture"))
    Kit.objects.create(name="Rota", slug="rota", discount_percent=0, cover=broken)
    Kit.objects.create(name="Sala", slug="sala", discount_percent=0, cover=picture)

    assert [make_missing_covers(), make_missing_covers()] == [1, 0]

    assert copies_of(picture) == [200, 320, 640]
