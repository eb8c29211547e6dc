"""The papers by which people and companies are known, and what their numbers look like."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from stdnum.pe import ruc


@dataclass(frozen=True)
class Document:
    label: StrOrPromise
    is_valid: Callable[[str], bool]


def _shaped(pattern: str) -> Callable[[str], bool]:
    return lambda number: re.fullmatch(pattern, number) is not None


DOCUMENTS = {
    "dni": Document(_("DNI"), _shaped(r"[0-9]{8}")),
    "ce": Document(_("Foreigner's card"), _shaped(r"[A-Za-z0-9]{8,12}")),
    "passport": Document(_("Passport"), _shaped(r"[A-Za-z0-9]{6,12}")),
    "ruc": Document(_("RUC"), ruc.is_valid),
}


def choices() -> list[tuple[str, StrOrPromise]]:
    return [(code, document.label) for code, document in DOCUMENTS.items()]


def is_valid(code: str, number: str) -> bool:
    """Whether a number can be one of that document, its check digit included where it has one."""
    return code in DOCUMENTS and DOCUMENTS[code].is_valid(number)
