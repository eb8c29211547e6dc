"""What a document of ours says, read back from its file."""

import re
import zlib

_STREAM = re.compile(rb"stream\n(.*?)\nendstream", re.DOTALL)
_LETTER = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]{4})>")
# A change of the font, or glyphs drawn in it: two bytes each, some of them escaped.
_DRAWN = re.compile(rb"/F(\d+) [\d.]+ Tf|\(((?:[^\\)]|\\.)*)\) Tj", re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPES = {b"r": b"\r", b"n": b"\n"}


def pages_of(file: bytes) -> list[str]:
    """The texts of each page, a line each, in the order in which they are drawn."""
    streams = [_unpacked(found[1]) for found in _STREAM.finditer(file)]
    fonts = [
        {int(glyph, 16): chr(int(code, 16)) for glyph, code in _LETTER.findall(stream)}
        for stream in streams
        if b"beginbfchar" in stream
    ]
    return [_text(stream, fonts) for stream in streams if b" Tf ET" in stream]


def text_of(file: bytes) -> str:
    return "\n".join(pages_of(file))


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
        raw = _ESCAPED.sub(lambda escaped: _ESCAPES.get(escaped[1], escaped[1]), drawn)
        glyphs = [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
        lines.append("".join(font[glyph] for glyph in glyphs))
    return "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")
