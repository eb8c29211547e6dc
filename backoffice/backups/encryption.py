"""
Encryption of backups as streams, under a pass-phrase (docs/decisions/0036).

Each piece is encrypted by AES-256-GCM with its number and whether it is the last, so that none can
be changed, left out, moved or cut off (the scheme is known as STREAM). The key is derived from the
pass-phrase by scrypt, with a salt for each file; a MAC over the head tells a wrong key from damage.
"""

import hashlib
import hmac
import os
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import DomainError

MAGIC = b"vitrina sealed 1\n"
_SALT, _SUM, _TAG = 16, 32, 16
_PIECE = 64 * 1024
_KEY = 32
# How often scrypt mixes; a file tells nothing of it, so it never changes.
_ROUNDS = 2**15
_DAMAGED = gettext_lazy("It is damaged, or its end is missing.")


class CannotDecrypt(DomainError):
    """The key is another one, or the file is not as it was written."""


def is_encrypted(path: Path) -> bool:
    """Whether the file starts with our magic bytes."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _keys(passphrase: str, salt: bytes) -> tuple[AESGCM, bytes]:
    """The cipher of the pieces, and the key of the MAC over the head."""
    derived = hashlib.scrypt(
        passphrase.encode(), salt=salt, n=_ROUNDS, r=8, p=1, maxmem=2**26, dklen=2 * _KEY
    )
    return AESGCM(derived[:_KEY]), derived[_KEY:]


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class EncryptingWriter:
    """Encrypts into another file. Without `close` the file has no end and cannot be read."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        self._target = target
        self._rest = bytearray()
        self._number = 0
        salt = os.urandom(_SALT)
        self._cipher, proof = _keys(passphrase, salt)
        head = MAGIC + salt
        target.write(head + hmac.digest(proof, head, "sha256"))

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Takes all of it."""
        self._rest += data
        # The last piece is known to be the last only as the file is closed.
        while len(self._rest) > _PIECE:
            self._encrypt(self._rest[:_PIECE], is_last=False)
            del self._rest[:_PIECE]
        return len(data)

    def close(self) -> None:
        """Write the end; nothing comes after it."""
        self._encrypt(self._rest, is_last=True)

    def _encrypt(self, piece: bytearray, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last=is_last)
        self._target.write(self._cipher.encrypt(nonce, bytes(piece), None))
        self._number += 1


class DecryptingReader:
    """
    Reads what `EncryptingWriter` has written; nothing is given that was not proved.

    :raises CannotDecrypt: at once with a wrong key, later where something is damaged or missing
    """

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        self._source = source
        self._number = 0
        self._ready = b""
        head = source.read(len(MAGIC) + _SALT)
        self._cipher, proof = _keys(passphrase, head[len(MAGIC) :])
        if not hmac.compare_digest(source.read(_SUM), hmac.digest(proof, head, "sha256")):
            raise CannotDecrypt(_("This key does not open it: it was written with another one."))
        self._next = source.read(_PIECE + _TAG)
        if not self._next:  # even an empty file has a piece, the last one
            raise CannotDecrypt(_DAMAGED)

    def read(self, size: int = -1) -> bytes:
        """As many bytes as asked for; fewer only at the end."""
        found = [self._ready]
        missing = size - len(self._ready)
        while (missing > 0 or size < 0) and self._next:
            found.append(self._decrypt())
            missing -= len(found[-1])
        given = b"".join(found)
        end = len(given) if size < 0 else size
        self._ready = given[end:]
        return given[:end]

    def _decrypt(self) -> bytes:
        piece, self._next = self._next, self._source.read(_PIECE + _TAG)
        nonce = _nonce(self._number, is_last=not self._next)
        self._number += 1
        try:
            return self._cipher.decrypt(nonce, piece, None)
        except InvalidTag:
            raise CannotDecrypt(_DAMAGED) from None
