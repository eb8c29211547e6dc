"""Damaged files are refused in words, whatever reads them; each is worked on by one worker."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.base import ContentFile
from openpyxl import Workbook

from backoffice.imports import services
from catalog.models import FetchStatus, PictureFetch, SheetStatus
from catalog.spreadsheets import picture_fetches
from catalog.spreadsheets.files import open_sheet
from core.web.uploads import FileRefused
from tests.catalog.sheets import row, table, take_in

ROWS = [["sku", "name"], *([f"SKU-{number}", "Polo"] for number in range(5000))]
SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: list[list[str]]) -> bytes:
    book, file = Workbook(), BytesIO()
    for cells in rows:
        book.worksheets[0].append(cells)
    book.save(file)
    return file.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A workbook one of whose files says something else."""
    file = BytesIO()
    with ZipFile(BytesIO(workbook(ROWS[:2]))) as book, ZipFile(file, "w") as other:
        for member in book.namelist():
            other.writestr(member, content if member == name else book.read(member))
    return file.getvalue()


def damaged(content: bytes) -> bytes:
    """The same with the middle of its largest file overwritten."""
    with ZipFile(BytesIO(content)) as book:
        largest = max(book.infolist(), key=lambda member: member.compress_size)
    middle = largest.header_offset + 60 + largest.compress_size // 2
    return content[:middle] + bytes(40) + content[middle + 40 :]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfsku,name_es\r\nA,Ni\xf1o\r\n",
        "\ufeffsku,name\r\nA,Polo\r\n".encode("utf-16-le") + b"\x00\xd8\n",
        with_part(SHEET, b"<worksheet><sheetData><row>"),
        with_part("xl/workbook.xml", b"<workbook"),
        damaged(workbook(ROWS)),
    ],
)
def test_a_damaged_file_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(FileRefused):
        list(open_sheet(BytesIO(content)).rows)


def test_a_heading_with_what_no_database_keeps_is_read_without_it() -> None:
    assert open_sheet(BytesIO(workbook([["sku_x0000_", "_xD800_name"]]))).columns == ["sku", "name"]


@pytest.mark.django_db
def test_whoever_has_claimed_a_file_works_on_it_alone() -> None:
    sheet = services.receive(
        file=ContentFile(table(row("A")), "a.csv"), text_language="es", is_claimed=True
    )
    taken_up = services.work_off()
    services.work(sheet)
    services.approve(sheet.pk, leaves_out_refused=False, takes_doubtful=False, is_claimed=True)

    assert (taken_up, services.work_off()) == (0, 0)
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.APPROVED


@pytest.mark.django_db
@pytest.mark.parametrize("attempts", [1, picture_fetches.MAX_ATTEMPTS + 1])
def test_what_a_worker_stumbles_over_is_noted_and_stops_no_other(attempts: int) -> None:
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as file:
        file.writestr("a.png", bytes(range(256)) * 400)
    sheet = take_in(table(row("A", images="a.png")), pictures=damaged(archive.getvalue()))
    fetch = PictureFetch.objects.get(sheet=sheet)
    fetch.attempts = attempts

    picture_fetches.fetch_picture(fetch)

    fetch.refresh_from_db()
    assert (fetch.status, bool(fetch.error)) == (FetchStatus.FAILED, True)
