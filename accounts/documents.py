"""The documents that identify people and companies, and how their numbers are checked."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from stdnum.ar import cuit
from stdnum.ar import dni as ar_dni
from stdnum.br import cnpj, cpf
from stdnum.cl import rut
from stdnum.co import nit
from stdnum.es import nif
from stdnum.mx import curp, rfc
from stdnum.pe import ruc
from stdnum.us import ein

# Blanks, dots, slashes, and the dashes that programs make of a hyphen.
_BETWEEN = re.compile(r"[\s./·\u2010-\u2015\u2212-]")


@dataclass(frozen=True)
class Document:
    """A kind of document. An invoice needs one that `is_for_invoices`."""

    label: StrOrPromise
    country: str
    is_valid: Callable[[str], bool]
    is_for_invoices: bool = False


def _shaped(pattern: str) -> Callable[[str], bool]:
    return lambda number: re.fullmatch(pattern, number) is not None


# The codes stand on orders, ten letters at most. A passport is good in every country.
DOCUMENTS = {
    "dni": Document(_("DNI"), "PE", _shaped(r"(?!0{8})[0-9]{8}")),
    "ce": Document(_("Foreigner's card"), "PE", _shaped(r"[A-Z0-9]{8,12}")),
    "curp": Document("CURP", "MX", curp.is_valid),
    "rut": Document("RUT", "CL", rut.is_valid),
    "cedula": Document(_("Cédula"), "CO", _shaped(r"[1-9][0-9]{4,9}")),
    "dni_ar": Document(_("DNI"), "AR", ar_dni.is_valid),
    "cpf": Document("CPF", "BR", cpf.is_valid),
    "nif": Document("NIF / NIE", "ES", nif.is_valid),
    "passport": Document(_("Passport"), "", _shaped(r"[A-Z0-9]{6,12}")),
    "ruc": Document(_("RUC"), "PE", ruc.is_valid, is_for_invoices=True),
    "rfc": Document("RFC", "MX", rfc.is_valid, is_for_invoices=True),
    "rut_firm": Document(_("RUT of a company"), "CL", rut.is_valid, is_for_invoices=True),
    "nit": Document("NIT", "CO", nit.is_valid, is_for_invoices=True),
    "cuit": Document("CUIT", "AR", cuit.is_valid, is_for_invoices=True),
    "cnpj": Document("CNPJ", "BR", cnpj.is_valid, is_for_invoices=True),
    "nif_firm": Document(_("NIF of a company"), "ES", nif.is_valid, is_for_invoices=True),
    "ein": Document("EIN", "US", ein.is_valid, is_for_invoices=True),
}


def choices(*countries: str) -> list[tuple[str, StrOrPromise]]:
    """The documents of these countries, Peru's if none is named."""
    wanted = {"", *(countries or ("PE",))}
    return [(code, each.label) for code, each in DOCUMENTS.items() if each.country in wanted]


def for_invoice(*countries: str) -> str:
    """The document that an invoice asks for in the first of these countries that has one."""
    found = {each.country: code for code, each in DOCUMENTS.items() if each.is_for_invoices}
    return next((found[country] for country in countries if country in found), "")


def tax_number_name(country: str) -> str:
    """What companies of the country call their number: RUC, RFC, RUT; empty where unknown."""
    return for_invoice(country).partition("_")[0].upper()


def is_for_invoices(code: str) -> bool:
    return code in DOCUMENTS and DOCUMENTS[code].is_for_invoices


def is_valid(code: str, number: str) -> bool:
    """Whether a number can be one of that document, its check digit included where it has one."""
    return code in DOCUMENTS and DOCUMENTS[code].is_valid(compact(number))


def compact(number: str) -> str:
    """The number as it is stored: without the dots, dashes and blanks that people put in it."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", number)).upper()
