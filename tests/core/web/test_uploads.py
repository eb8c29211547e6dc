"""Files from people: what is kept of them, and what is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from core.web import uploads
from core.web.uploads import FileRefused, clean_paper, clean_picture


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB") -> BytesIO:
    drawn = BytesIO()
    Image.new(mode, size, "red").save(drawn, kind)
    return BytesIO(drawn.getvalue())


def bomb() -> BytesIO:
    """A PNG of a few bytes that says it has 400 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return BytesIO(b"\x89PNG\r\n\x1a\n" + body)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_becomes_a_jpeg(kind: str) -> None:
    kept = clean_picture(picture(kind))

    with Image.open(kept) as opened:
        assert (opened.format, opened.size) == ("JPEG", (60, 40))
    assert str(kept.name).endswith(".jpg")


def test_nothing_of_place_and_camera_stays_and_the_picture_stands_upright() -> None:
    source = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Camera of Ana"
    Image.new("RGB", (60, 40), "red").save(source, "JPEG", exif=exif)

    kept = clean_picture(BytesIO(source.getvalue()))

    with Image.open(kept) as opened:
        assert opened.size == (40, 60)
        assert not opened.getexif()
    assert b"Ana" not in kept.read()


def test_a_large_picture_is_made_smaller() -> None:
    kept = clean_picture(picture(size=(5000, 2500)))

    with Image.open(kept) as opened:
        assert opened.size == (uploads.MAX_SIDE, uploads.MAX_SIDE // 2)


def test_what_is_transparent_becomes_white() -> None:
    source = BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(source, "PNG")

    with Image.open(clean_picture(BytesIO(source.getvalue()))) as opened:
        assert opened.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg onload='alert(1)'/>",
        b"%PDF-1.7",
        b"\xff\xd8\xff\xe0 broken",
        b"PK\3\4",
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused):
        clean_picture(BytesIO(data))


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    with pytest.raises(FileRefused):
        clean_picture(bomb())


def test_a_file_that_is_too_large_is_refused_with_the_size_that_may_be() -> None:
    with pytest.raises(FileRefused, match="8 MB"):
        clean_paper(BytesIO(b"%PDF-" + b"x" * uploads.MAX_FILE))


def test_a_pdf_is_kept_as_it_is() -> None:
    kept = clean_paper(BytesIO(b"%PDF-1.7 hello"))

    assert kept.read() == b"%PDF-1.7 hello"
    assert str(kept.name).endswith(".pdf")
