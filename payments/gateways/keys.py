"""The shop's keys for each provider: whether they are complete and well-formed."""

import re
from collections.abc import Mapping

from django.conf import settings

from payments.gateways.pem import public_keys

OPTIONAL = ("API_BASE", "COUNTRY", "MODE")
SHAPES = {
    "CONEKTA_MODE": r"live|test",
    "CONEKTA_PRIVATE_KEY": r"key_\w{10,}",
    "MERCADOPAGO_ACCESS_TOKEN": r"(APP_USR|TEST)-[A-Za-z0-9_-]{10,}",
    "MERCADOPAGO_COUNTRY": r"PE|MX|CL|CO|AR|BR|UY",
    # Only PayPal's hosts get the keys and serve certificates; a simulator is on this machine.
    "PAYPAL_API_BASE": (
        r"https://api(-m)?(\.sandbox)?\.paypal\.com/?|http://(127\.0\.0\.1|localhost)(:\d+)?/?"
    ),
    "PAYPAL_CLIENT_ID": r"[\w-]{20,}",
    "PAYPAL_CLIENT_SECRET": r"[\w-]{20,}",
    "PAYPAL_WEBHOOK_ID": r"[A-Za-z0-9]{8,50}",
    "STRIPE_SECRET_KEY": r"(sk|rk)_(test|live)_\w{10,}",
    "STRIPE_WEBHOOK_SECRET": r"whsec_\S{10,}",
}
PUBLIC_KEYS = ("CONEKTA_WEBHOOK_PUBLIC_KEY",)


def given(provider: str) -> Mapping[str, str] | None:
    """The provider's settings; None while it is switched off, or while anything is wrong."""
    found: Mapping[str, str] = settings.GATEWAY_SETTINGS.get(provider, {})
    return found if _wanted(found) and not faults(provider) else None


def is_lacking(provider: str) -> bool:
    """Whether the shop has to have keys for the provider, and has none that can work."""
    return provider in settings.GATEWAY_SETTINGS and given(provider) is None


def faults(provider: str) -> list[str]:
    """
    A sentence for each variable that is missing or malformed, without its value.

    None of a provider that is switched off.
    """
    return [
        *(f"{name} is missing." for name in missing(provider)),
        *(f"{name} does not look like one." for name in malformed(provider)),
    ]


def missing(provider: str) -> list[str]:
    """The variables that a provider needs and the shop has not; none where it is switched off."""
    return [
        name for name, value in _named(provider).items() if not value and not _is_optional(name)
    ]


def malformed(provider: str) -> list[str]:
    """The variables whose values cannot be right."""
    return [
        name for name, value in _named(provider).items() if value and not _is_shaped(name, value)
    ]


def _named(provider: str) -> dict[str, str]:
    """The provider's settings by the names of their variables, unless it is switched off."""
    found: Mapping[str, str] = settings.GATEWAY_SETTINGS.get(provider, {})
    if not _wanted(found):
        return {}
    return {f"{provider}_{name}".upper(): value for name, value in found.items()}


def _is_optional(variable: str) -> bool:
    return variable.partition("_")[2] in OPTIONAL


def _is_shaped(name: str, value: str) -> bool:
    if name in PUBLIC_KEYS:
        try:
            return bool(public_keys(value))
        except ValueError:
            return False
    return bool(re.fullmatch(SHAPES.get(name, r"\S.*"), value, re.DOTALL))


def _wanted(found: Mapping[str, str]) -> bool:
    return any(value for name, value in found.items() if name not in OPTIONAL)
