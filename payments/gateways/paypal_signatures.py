"""Verify the signature of a PayPal webhook by the certificate that it names."""

import base64
import re
import warnings
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from django.utils import timezone

from payments.gateways import wire
from payments.gateways.base import BadWebhook, GatewayUnavailable

ALGORITHM = "SHA256withRSA"
FOLDER = "/v1/notifications/certs/"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
# PayPal tries for three days to deliver an event, and does not say that it dates each try again.
OLDEST, NEWEST = timedelta(days=-4), timedelta(minutes=5)
# Forged messages shall not use up the turns of payments.
PROVIDER = "paypal-certificates"
MAX_CACHED = 20
PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_certificates: dict[str, x509.Certificate] = {}


class CannotTell(Exception):
    """The certificate cannot be had, or leads to no authority that is known here."""


@dataclass(frozen=True)
class Transmission:
    """What comes with a message, each part as it was sent; `url` is of PayPal itself."""

    key: str
    sent_at: str
    url: str
    signature: str


def read(headers: Mapping[str, str], base: str) -> Transmission:
    """
    Parse the webhook without network. `base` is PayPal's API, the only host of its certificates.

    :raises BadWebhook: unless it is complete, recent and from PayPal
    """
    found = Transmission(
        key=headers.get("Paypal-Transmission-Id", ""),
        sent_at=headers.get("Paypal-Transmission-Time", ""),
        url=headers.get("Paypal-Cert-Url", ""),
        signature=headers.get("Paypal-Transmission-Sig", ""),
    )
    if not (found.key and found.signature and found.url.isascii()):
        raise BadWebhook("The message is not signed.")
    if headers.get("Paypal-Auth-Algo") != ALGORITHM:
        raise BadWebhook("The message is signed in an unknown way.")
    if not any(
        re.fullmatch(re.escape(origin + FOLDER) + r"[A-Za-z0-9_-]{1,100}", found.url)
        for origin in _origins(base)
    ):
        raise BadWebhook("The certificate is not of PayPal.")
    try:
        age = datetime.fromisoformat(found.sent_at) - timezone.now()
    except (ValueError, TypeError) as error:
        raise BadWebhook("The message has no time.") from error
    if not OLDEST <= age <= NEWEST:
        raise BadWebhook("The message is too old.")
    return found


def verify(body: bytes, sent: Transmission, webhook_id: str, base: str) -> None:
    """
    :raises BadWebhook: if PayPal has not signed exactly this message for this shop
    :raises CannotTell: if that cannot be found out here
    """
    signed = f"{sent.key}|{sent.sent_at}|{webhook_id}|{zlib.crc32(body)}"
    key = _certificate(sent.url, base).public_key()
    if not isinstance(key, RSAPublicKey):
        raise CannotTell
    try:
        signature = base64.b64decode(sent.signature, validate=True)
        key.verify(signature, signed.encode(), PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature) as error:
        raise BadWebhook("The signature is wrong.") from error


def forget() -> None:
    """Ask for every certificate again: between tests."""
    _certificates.clear()


def _origins(base: str) -> set[str]:
    """The API has a second name. One on this machine is a simulator, with its own certificates."""
    if _is_loopback(base):
        return {base}
    return {base, base.replace("//api-m.", "//api.")}


def _is_loopback(base: str) -> bool:
    return urlsplit(base).hostname in LOOPBACK


def _certificate(url: str, base: str) -> x509.Certificate:
    cached = _certificates.get(url)
    if cached and cached.not_valid_after_utc > timezone.now():
        return cached
    roots = _load(_fetch(f"{base}{FOLDER}ROOT")) if _is_loopback(base) else _public_roots()
    found = _trusted(_load(_fetch(url)), roots)
    if len(_certificates) >= MAX_CACHED:
        _certificates.clear()
    _certificates[url] = found
    return found


def _fetch(url: str) -> bytes:
    try:
        answer = wire.of(PROVIDER).request("GET", url)
    except GatewayUnavailable as error:
        raise CannotTell from error
    if answer.status_code == HTTPStatus.NOT_FOUND:
        raise BadWebhook("PayPal has no such certificate.")
    if answer.status_code != HTTPStatus.OK:
        raise CannotTell
    return answer.content


def _trusted(chain: list[x509.Certificate], roots: list[x509.Certificate]) -> x509.Certificate:
    """:raises CannotTell: unless a valid chain ends in a root and it is issued to PayPal"""
    try:
        leaf, *between = chain
        name = str(leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        verifier = PolicyBuilder().store(Store(roots)).build_server_verifier(x509.DNSName(name))
        verifier.verify(leaf, between)
    except (ValueError, IndexError, VerificationError) as error:
        raise CannotTell from error
    if not name.endswith(".paypal.com"):
        raise CannotTell
    return leaf


def _load(pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise CannotTell from error


@lru_cache
def _public_roots() -> list[x509.Certificate]:
    """The public roots; skips some that the library cannot parse, none of them PayPal's."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("error", CryptographyDeprecationWarning)
        for pem in PEM.findall(Path(certifi.where()).read_bytes()):
            with suppress(ValueError, CryptographyDeprecationWarning):
                found.append(x509.load_pem_x509_certificate(pem))
    return found
