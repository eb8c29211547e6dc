"""What a document of ours says, read back from its file."""

import re
import zlib
from typing import NamedTuple

from core.brand.looks import USUAL
from core.brand.stationery import stationery
from core.documents.pdf import Document, Paper

_STREAM = re.compile(rb"stream\n(.*?)\nendstream", re.DOTALL)
_LETTER = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]{4})>")
# A change of the font, or glyphs drawn in it: two bytes each, some of them escaped.
_DRAWN = re.compile(rb"/F(\d+) [\d.]+ Tf|\(((?:[^\\)]|\\.)*)\) Tj", re.DOTALL)
_PLACED = re.compile(
    rb"/F(\d+) ([\d.]+) Tf|BT ([\d.-]+) ([\d.-]+) Td [^(]*\(((?:[^\\)]|\\.)*)\) Tj", re.DOTALL
)
_HEIGHT = re.compile(rb"/MediaBox \[0 0 [\d.]+ ([\d.]+)\]")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
# In the order in which a document adds them.
_FACES = (("Inter", ""), ("Inter", "B"), ("Title", ""))
_ESCAPES = {b"r": b"\r", b"n": b"\n"}


class Placed(NamedTuple):
    """A text where it stands on its page: millimetres from the upper left corner."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def pages_of(file: bytes) -> list[str]:
    """The texts of each page, a line each, in the order in which they are drawn."""
    pages, fonts = _read(file)
    return [_text(page, fonts) for page in pages]


def drawings_of(file: bytes) -> list[bytes]:
    """The commands that draw each page."""
    pages, _fonts = _read(file)
    return pages


def text_of(file: bytes) -> str:
    return "\n".join(pages_of(file))


def texts_at(file: bytes) -> list[Placed]:
    """Every text of the file with the room that it takes."""
    pages, fonts = _read(file)
    found = _HEIGHT.search(file)
    assert found
    height = float(found[1])
    ruler = Document("ruler", stationery(USUAL, "", "own"))
    placed = [text for page in pages for text in _placed(page, fonts, height, ruler)]
    ruler.finished()  # which closes its fonts
    return placed


def _read(file: bytes) -> tuple[list[bytes], list[dict[int, str]]]:
    """What is drawn on each page, and the letters of each font by glyph."""
    streams = [_unpacked(found[1]) for found in _STREAM.finditer(file)]
    fonts = [
        {int(glyph, 16): chr(int(code, 16)) for glyph, code in _LETTER.findall(stream)}
        for stream in streams
        if b"beginbfchar" in stream
    ]
    return [stream for stream in streams if b" Tf ET" in stream], fonts


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _text(page: bytes, fonts: list[dict[int, str]]) -> str:
    font, lines = fonts[0], []
    for number, drawn in _DRAWN.findall(page):
        if number:
            font = fonts[int(number) - 1]
            continue
        lines.append(_letters(drawn, font))
    return "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")


def _placed(page: bytes, fonts: list[dict[int, str]], height: float, ruler: Paper) -> list[Placed]:
    font, size, found = 1, 0.0, []
    for number, points, x, y, drawn in _PLACED.findall(page):
        if number:
            font, size = int(number), float(points)
            continue
        text = _letters(drawn, fonts[font - 1])
        ruler.set_font(*_FACES[font - 1], size)
        left, bottom, high = float(x) / ruler.k, (height - float(y)) / ruler.k, size / ruler.k
        right = left + ruler.get_string_width(text)
        found.append(Placed(text, left, right, bottom - 0.75 * high, bottom))
    return found


def _letters(drawn: bytes, font: dict[int, str]) -> str:
    raw = _ESCAPED.sub(lambda escaped: _ESCAPES.get(escaped[1], escaped[1]), drawn)
    return "".join(font[int.from_bytes(raw[at : at + 2])] for at in range(0, len(raw), 2))
