"""Signatures of webhooks that more than one provider makes the same way."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterable
from contextlib import suppress

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from payments.gateways.base import BadWebhook

TOLERANCE_SECONDS = 300
MAX_TIME_DIGITS = 11


def verify(body: bytes, header: str, secret: str) -> None:
    """
    Check `t=…,v1=…`: an HMAC over the time and the raw bytes, at most five minutes off, be it
    past or future. One of several `v1` is enough: a secret that is being changed has two.

    :raises BadWebhook: otherwise, and always without a secret
    """
    if not secret:
        raise BadWebhook("There is no secret to check the signature with.")
    parts = [part.partition("=")[::2] for part in header.split(",")]
    sent_at = next((value for name, value in parts if name == "t"), "")
    if not (sent_at.isascii() and sent_at.isdecimal() and len(sent_at) <= MAX_TIME_DIGITS):
        raise BadWebhook("The signature has no time.")
    if abs(time.time() - int(sent_at)) > TOLERANCE_SECONDS:
        raise BadWebhook("The message is too old.")
    right = hmac.new(secret.encode(), sent_at.encode() + b"." + body, hashlib.sha256).hexdigest()
    given = [value.encode() for name, value in parts if name == "v1"]
    if not any(hmac.compare_digest(right.encode(), each) for each in given):
        raise BadWebhook("The signature is wrong.")


def verify_digest(body: bytes, header: str, keys: Iterable[RSAPublicKey]) -> None:
    """
    Check an RSA signature over the raw bytes, in base64. One of several keys is enough.

    :raises BadWebhook: otherwise, and always without a key
    """
    try:
        given = base64.b64decode(header, validate=True)
    except ValueError as error:
        raise BadWebhook("The signature is not readable.") from error
    for key in keys:
        with suppress(InvalidSignature):
            key.verify(given, body, PKCS1v15(), hashes.SHA256())
            return
    raise BadWebhook("The signature is wrong.")
