"""Signatures of webhooks that more than one provider makes the same way."""

import hashlib
import hmac
import time

from payments.gateways.base import BadWebhook

TOLERANCE_SECONDS = 300


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
    if not (sent_at.isascii() and sent_at.isdecimal() and len(sent_at) < 12):  # noqa: PLR2004
        raise BadWebhook("The signature has no time.")
    if abs(time.time() - int(sent_at)) > TOLERANCE_SECONDS:
        raise BadWebhook("The message is too old.")
    right = hmac.new(secret.encode(), sent_at.encode() + b"." + body, hashlib.sha256).hexdigest()
    given = [value.encode() for name, value in parts if name == "v1"]
    if not any(hmac.compare_digest(right.encode(), each) for each in given):
        raise BadWebhook("The signature is wrong.")
