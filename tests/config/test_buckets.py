"""Pictures and papers in the buckets of a server that speaks S3."""

import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import boto3
import pytest
import requests
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from backoffice.backups import buckets
from backoffice.backups.backup import STORAGES
from catalog.images import rendition_name
from catalog.models import ProductImage
from catalog.tasks import make_missing_renditions
from config import files
from config.embedded import free_port
from config.processes import Supervisor, wait_until
from reviews.models import ReviewPhoto
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory
from tests.reviews.factories import ReviewFactory

FOR_ALL = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::pictures/*",
        }
    ],
}
KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    code = f"from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"
    with Supervisor(tmp_path_factory.mktemp("s3")) as supervisor:
        child = supervisor.start("s3", [sys.executable, "-c", code])
        wait_until(lambda: _answers(url), child)
        store = boto3.client("s3", endpoint_url=url, region_name="us-east-1", **KEYS)
        for name in ("pictures", "papers"):
            store.create_bucket(Bucket=name)
        store.put_bucket_policy(Bucket="pictures", Policy=json.dumps(FOR_ALL))
        store.close()
        yield url


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=10).ok
    except requests.RequestException:
        return False


@pytest.fixture(autouse=True)
def _in_buckets(server: str, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    _place(server, settings, monkeypatch)
    yield
    buckets._connection.forget()


def _place(server: str, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = {
        "S3_MEDIA_BUCKET": "pictures",
        "S3_MEDIA_URL": f"{server}/pictures",
        "S3_PRIVATE_BUCKET": "papers",
        "S3_ENDPOINT_URL": server,
        "S3_REGION": "us-east-1",
        "S3_ACCESS_KEY": "key",
        "S3_SECRET_KEY": "secret",
    }
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = settings.STORAGES | files.storages(Path("/nowhere"))
    for name in ("picture", "thumbnail"):  # they have chosen theirs as the models were read
        monkeypatch.setattr(ReviewPhoto._meta.get_field(name), "storage", storages["private"])


def _picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (700, 350)).save(buffer, format="PNG")
    return buffer.getvalue()


def _uploaded() -> ProductImage:
    product = VariantFactory.create().product
    picture = SimpleUploadedFile("sofá.png", _picture())
    return ProductImage.objects.create(product=product, picture=picture)


def test_a_picture_and_its_copies_are_seen_by_everybody_and_kept_by_caches(
    server: str, client: Client
) -> None:
    image = _uploaded()
    make_missing_renditions()
    image.refresh_from_db()

    page = client.get(f"/p/{image.product.slug}/").text
    copy = default_storage.url(rendition_name(image.picture.name or "", 640, "avif"))
    got = requests.get(copy, timeout=5)

    assert image.rendition_widths == [200, 320, 640]
    assert copy.startswith(f"{server}/pictures/products/")
    assert copy in page
    assert "?" not in copy
    assert (got.status_code, got.headers["Content-Type"]) == (200, "image/avif")
    assert got.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert requests.get(image.picture.url, timeout=5).content == _picture()


def test_a_second_file_of_a_name_does_not_replace_the_first() -> None:
    first = default_storage.save("kits/one.png", ContentFile(b"first"))
    second = default_storage.save("kits/one.png", ContentFile(b"second"))

    assert first != second
    with default_storage.open(first) as file:
        assert file.read() == b"first"


def test_a_deleted_picture_is_gone() -> None:
    name = default_storage.save("kits/gone.png", ContentFile(b"x"))
    default_storage.delete(name)

    assert not default_storage.exists(name)
    with pytest.raises(FileNotFoundError):
        default_storage.open(name)


def test_what_somebody_hands_in_is_shown_by_a_view_to_who_may_see_it(client: Client) -> None:
    review = ReviewFactory.create()
    photo = ReviewPhoto.objects.create(
        review=review,
        position=0,
        picture=ContentFile(b"large", name="a.jpg"),
        thumbnail=ContentFile(b"small", name="a.jpg"),
    )
    review.status = "pending"
    review.save()
    address = f"/reviews/photos/{photo.pk}/large.jpg"

    strange = client.get(address)
    client.force_login(review.user or UserFactory.create())
    own = client.get(address)

    assert (strange.status_code, own.status_code, own.content) == (404, 200, b"large")
    assert storages["private"].exists(photo.picture.name or "")
    assert not default_storage.exists(photo.picture.name or "")
    plain = photo.picture.url.partition("?")[0]
    assert requests.get(plain, timeout=5).status_code == 403


def test_papers_of_mails_lie_apart_from_what_people_hand_in() -> None:
    name = storages["mail"].save("order.pdf", ContentFile(b"%PDF"))

    with storages["mail"].open(name) as file:
        assert file.read() == b"%PDF"
    assert not storages["private"].exists(name)


def test_a_backup_leaves_to_the_buckets_what_lies_there() -> None:
    assert {storages[alias].__class__ for alias in STORAGES.values()} == {buckets.BucketStorage}


def test_a_storage_that_is_away_is_like_a_disk_that_is_away(
    settings, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    image = _uploaded()
    buckets._connection.forget()
    _place("http://127.0.0.1:1", settings, monkeypatch)

    with pytest.raises(OSError, match="storage"):
        default_storage.exists("one")
    with pytest.raises(OSError, match="storage"):
        default_storage.save("one", ContentFile(b"1"))
    assert client.get(f"/p/{image.product.slug}/").status_code == 200
    assert client.get("/").status_code == 200
