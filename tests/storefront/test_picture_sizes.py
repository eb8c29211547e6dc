"""The size of a picture is read from its head."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from storefront.picture_sizes import size_of

LENGTHS = st.integers(1, 300)
# With a profile of its colours, a WebP begins with a chunk that says what else it has.
LOOKS: dict[str, dict[str, Any]] = {
    "lossy": {"format": "WEBP", "quality": 50},
    "lossless": {"format": "WEBP", "lossless": True},
    "extended": {"format": "WEBP", "icc_profile": b"a profile of colours"},
    "png": {"format": "PNG"},
    "jpeg": {"format": "JPEG"},
}


def picture(width: int, height: int, mode: str = "RGB", **options: Any) -> BytesIO:
    file = BytesIO()
    Image.new(mode, (width, height)).save(file, **options)
    file.seek(0)
    return file


@pytest.mark.parametrize("look", LOOKS)
@given(width=LENGTHS, height=LENGTHS)
def test_every_kind_of_picture_tells_its_size(look: str, width: int, height: int) -> None:
    assert size_of(picture(width, height, **LOOKS[look])) == (width, height)


def test_a_picture_with_holes_tells_its_size() -> None:
    assert size_of(picture(40, 30, "RGBA", format="WEBP")) == (40, 30)


def test_no_webp_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [picture(640, 480, **LOOKS[look]) for look in ("lossy", "lossless", "extended")]
    monkeypatch.delattr("PIL.Image.open")

    assert [size_of(file) for file in files] == [(640, 480)] * 3


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF0000WEBPVP8 " + bytes(20), bytes(40)])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(OSError, match=r"identify|decoder"):
        size_of(BytesIO(data))
