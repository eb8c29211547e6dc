"""How large a picture is, without unpacking it."""

from typing import IO

from PIL import Image

# Of the first chunk of a WebP: where its width and height lie, as its kind says.
HEAD = 30


def size_of(file: IO[bytes]) -> tuple[int, int]:
    """
    Width and height in pixels.

    Pillow would unpack a WebP: a dozen megabytes for a large one, which the web process would not
    give back to the system.

    :raises OSError: if it is not a picture
    """
    head = file.read(HEAD)
    file.seek(0)
    if size := _size_of_webp(head):
        return size
    with Image.open(file) as picture:
        return picture.size


def _size_of_webp(head: bytes) -> tuple[int, int] | None:
    """By https://developers.google.com/speed/webp/docs/riff_container; None for all others."""
    if len(head) < HEAD or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    kind = head[12:16]
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        return _number(head[26:28]) & 0x3FFF, _number(head[28:30]) & 0x3FFF
    if kind == b"VP8L" and head[20:21] == b"\x2f":
        bits = _number(head[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        return _number(head[24:27]) + 1, _number(head[27:30]) + 1
    return None


def _number(some: bytes) -> int:
    return int.from_bytes(some, "little")
