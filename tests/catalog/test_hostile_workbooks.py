"""Files made to use up memory and time: refused in words, at no cost to the shop."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import SellerMember
from backoffice.imports import services
from backoffice.imports.forms import MAX_UPLOADS_PER_HOUR
from catalog.models import SheetImport, SheetStatus
from catalog.spreadsheets import workbooks
from catalog.spreadsheets.archives import open_archive
from core.web.uploads import FileRefused
from tests.accounts.factories import PASSWORD, SellerFactory, UserFactory
from tests.catalog.sheets import row, table
from tests.catalog.test_refuse_sheets import ROWS, SHEET, workbook

MB = 1024 * 1024
TEXTS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"
HEAD = b'<x xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


@cache
def with_tags(name: str, size: int) -> bytes:
    """A small workbook one of whose parts is so much XML of tiny elements."""
    file = BytesIO()
    with (
        ZipFile(BytesIO(workbook(ROWS[:2]))) as book,
        ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as other,
    ):
        for each in {*book.namelist(), name}:
            other.writestr(each, tags(size) if each == name else book.read(each))
    return file.getvalue()


def tags(size: int) -> bytes:
    """In an order that shrinks to about a hundredth at most."""
    order = Random(1)
    block = b"".join(order.choices((b"<a/>", b"<b/>"), k=MB // 4))
    return HEAD + block * (size // len(block)) + b"</x>"


@contextmanager
def growth_below(most: int) -> Iterator[None]:
    """This process's memory grows by less than so many bytes, at its peak."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _peak()
    yield
    assert _peak() - before < most


def _peak() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def directory_of(entries: int, *, told: int) -> bytes:
    """An archive of zip64 that is nothing but its directory, and tells of so many entries."""
    name = b"a"
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", *[0] * 9, len(name), *[0] * 6) + name
    size = entries * len(entry)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, told, told, size, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, size, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return entry * entries + end64 + locator + end


@pytest.fixture
def seller_client(settings: Any) -> Client:
    settings.DEMO = True  # no second factor is asked for
    user = UserFactory.create(is_staff=True)
    SellerMember.objects.create(seller=SellerFactory.create(), user=user)
    client = Client()
    assert client.login(email=user.email, password=PASSWORD)
    return client


def upload(client: Client, content: bytes, **more: Any) -> Any:
    data = {
        "file": SimpleUploadedFile("a.xlsx", content),
        "text_language": "es",
        "seller": SellerMember.objects.get().seller_id,
    }
    return client.post(reverse("admin:catalog_sheetimport_add"), {**data, **more})


@pytest.mark.parametrize(("part", "size"), [(BOOK, 12), (TEXTS, 65), ("xl/styles.xml", 3)])
@pytest.mark.django_db
def test_a_part_that_is_too_large_is_refused_by_the_directory_alone(
    seller_client: Client, part: str, size: int
) -> None:
    content = with_tags(part, size * MB)
    upload(seller_client, b"sku\n")

    with growth_below(8 * MB):
        answer = upload(seller_client, content)

    assert answer.status_code == 422
    assert "CSV UTF-8" in answer.content.decode()


@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_MEMORY", 120 * MB), ("MAX_CPU_SECONDS", 1), ("MAX_SECONDS", 0.5)]
)
@pytest.mark.django_db
def test_what_takes_too_much_is_read_by_a_child_alone_and_refused_in_words(
    seller_client: Client, monkeypatch: pytest.MonkeyPatch, limit: str, value: float
) -> None:
    monkeypatch.setattr(workbooks, limit, value)
    content = with_tags(SHEET, 20 * MB)

    with growth_below(8 * MB):
        accepted = upload(seller_client, content)
        services.work_off()

    sheet = SheetImport.objects.get()
    assert (accepted.status_code, sheet.status) == (302, SheetStatus.REFUSED)
    assert "CSV UTF-8" in sheet.refusal


@pytest.mark.parametrize("told", [300_000, 1])
def test_a_directory_that_is_too_large_is_refused_before_it_is_read(told: int) -> None:
    file = BytesIO(directory_of(300_000, told=told))

    with growth_below(MB), pytest.raises(FileRefused, match="20,000"), translation.override("en"):
        open_archive(file)


@pytest.mark.django_db
def test_pictures_are_looked_at_by_their_directory_too(seller_client: Client) -> None:
    archive = SimpleUploadedFile("a.zip", directory_of(300_000, told=300_000))

    answer = upload(seller_client, table(row("A")), pictures=archive)

    assert answer.status_code == 422
    assert "20,000" in answer.content.decode()


@pytest.mark.django_db
def test_a_seller_sends_so_many_files_in_an_hour_and_no_more(seller_client: Client) -> None:
    seen = [
        upload(seller_client, table(row("A"))).status_code for _each in range(MAX_UPLOADS_PER_HOUR)
    ]

    over = upload(seller_client, table(row("A")))

    assert (set(seen), over.status_code) == ({302}, 422)
    assert str(MAX_UPLOADS_PER_HOUR) in over.content.decode()
