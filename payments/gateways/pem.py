"""Public keys as they are pasted into a setting."""

import base64
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

MIN_BITS = 2048
BLOCK = re.compile(r"-----BEGIN PUBLIC KEY-----([^-]+)-----END PUBLIC KEY-----")
# A line's end, or how it is written where all has to stand in one line.
LINE_ENDS = re.compile(r"\\n|\s")


def public_keys(text: str) -> list[RSAPublicKey]:
    """
    The RSA keys of PEM blocks, one after the other.

    :raises ValueError: if there is none, or anything that is no such key
    """
    found = []
    for block in BLOCK.findall(text):
        try:
            key = load_der_public_key(base64.b64decode(LINE_ENDS.sub("", block), validate=True))
        except UnsupportedAlgorithm as error:
            raise ValueError("It is a key of another kind.") from error
        if not isinstance(key, RSAPublicKey) or key.key_size < MIN_BITS:
            raise ValueError("It is no RSA key, or a short one.")
        found.append(key)
    if not found or LINE_ENDS.sub("", BLOCK.sub("", text)):
        raise ValueError("It is not made of public keys.")
    return found
