"""A cached page: its bytes, compressed once, and their headers."""

import gzip
import json
from collections.abc import Iterable
from hashlib import blake2b
from struct import Struct
from typing import NamedTuple

Headers = list[tuple[str, str]]
# When it stops being fresh, in seconds since 1970, and the length of the head before the body.
_START = Struct(">dI")
# Set for each response, or not at all.
_OWN = {"content-length", "content-encoding", "date", "etag", "vary"}


class Entry(NamedTuple):
    """A page as it is stored."""

    fresh_until: float
    headers: Headers
    etag: str
    body: bytes  # gzip

    @classmethod
    def make(cls, headers: Iterable[tuple[str, str]], body: bytes, fresh_until: float) -> "Entry":
        """Compress the body; a page of the same bytes has the same ETag."""
        kept = [(name, value) for name, value in headers if name.lower() not in _OWN]
        kept.append(("Vary", _vary(headers)))
        etag = f'W/"{blake2b(body, digest_size=9).hexdigest()}"'
        return cls(fresh_until, kept, etag, gzip.compress(body, 6, mtime=0))

    @classmethod
    def read(cls, data: bytes) -> "Entry":
        """The inverse of `write`."""
        fresh_until, length = _START.unpack_from(data)
        start = _START.size + length
        etag, headers = json.loads(data[_START.size : start].decode())
        return cls(fresh_until, [(name, value) for name, value in headers], etag, data[start:])

    def write(self) -> bytes:
        """The bytes for Redis. Eight zero bytes at the start make the page stale."""
        head = json.dumps([self.etag, self.headers], separators=(",", ":")).encode()
        return _START.pack(self.fresh_until, len(head)) + head + self.body

    def uncacheable(self) -> "Entry":
        """The same page, with a header that forbids caching it."""
        others = [each for each in self.headers if each[0] != "Cache-Control"]
        return self._replace(headers=[*others, ("Cache-Control", "no-store")])

    def plain(self) -> bytes:
        """The body for clients that do not accept gzip."""
        return gzip.decompress(self.body)


def _vary(headers: Iterable[tuple[str, str]]) -> str:
    """Without Accept-Language, which Django's middleware adds: the address has the language."""
    values = (value for name, value in headers if name.lower() == "vary")
    names = {name.strip() for value in values for name in value.split(",")}
    return ", ".join(sorted((names | {"Accept-Encoding"}) - {"", "Accept-Language"}))
