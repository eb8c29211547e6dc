"""The certificates that PayPal signs webhooks with; here they are of an authority of our own."""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SUBJECT = "messageverificationcerts.paypal.com"
ALGORITHM = "SHA256withRSA"
ROOT = "Simulator Root CA"


@dataclass(frozen=True)
class Certificate:
    key: RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def sign(self, message: bytes) -> str:
        return base64.b64encode(self.key.sign(message, padding.PKCS1v15(), SHA256())).decode()

    def has_signed(self, message: bytes, signature: str) -> bool:
        try:
            public = self.key.public_key()
            public.verify(base64.b64decode(signature), message, padding.PKCS1v15(), SHA256())
        except (ValueError, InvalidSignature):
            return False
        return True


@lru_cache
def authority(name: str) -> Certificate:
    """Made once for the process: keys take their time."""
    key = _key()
    built = _builder(name, name, key, days=3650).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    built = built.add_extension(usage, critical=True)
    return Certificate(key, built.sign(key, SHA256()))


@lru_cache
def issue(subject: str = SUBJECT, *, by: str = ROOT, days: int = 90) -> Certificate:
    """A certificate of that authority. One of fewer than no days is over already."""
    issuer = authority(by)
    key = _key()
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    built = (
        _builder(subject, by, key, days=days)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
    )
    return Certificate(key, built.sign(issuer.key, SHA256()))


def message(body: bytes, headers: Mapping[str, str], webhook_id: str) -> bytes:
    """What is signed. Header names are in lower case, without their prefix."""
    checksum = zlib.crc32(body)
    return f"{headers['id']}|{headers['time']}|{webhook_id}|{checksum}".encode()


def _key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def _builder(
    subject: str, issuer: str, key: RSAPrivateKey, *, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(tz=UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
