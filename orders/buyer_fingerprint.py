"""Recognise a buyer across accounts and guest orders."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import phonenumbers

from orders.new_orders import NewAddress, NewOrder

if TYPE_CHECKING:
    from orders.models import Order

# Words that people abbreviate or leave out; they do not distinguish addresses.
_STREET_WORDS = frozenset(
    {"avenida", "av", "jiron", "jr", "calle", "ca", "pasaje", "psje", "numero", "nro", "no", "n"}
)

# At least six digits, as in documents: fewer would find half of the shop.
_PHONE = re.compile(r"[\s+().-]*(?:[0-9][\s+().-]*){6,}")
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """
    Whose orders count together: those of the account, and those that share a fingerprint.

    A guest may type another person's details, so a guest's unpaid order counts only for guests of
    the same network address; unpaid orders of others never limit a signed-in customer.
    """

    customer_id: UUID
    marks: tuple[str, ...] = ()
    is_guest: bool = False
    placed_from: str = ""

    @classmethod
    def of(cls, order: "Order | NewOrder", marks: Iterable[str]) -> "Buyer":
        """Who has placed this order, or is about to."""
        return cls(
            customer_id=order.customer_id,
            marks=tuple(marks),
            is_guest=order.by_guest,
            placed_from=order.placed_from,
        )


def identity_of(email: str) -> str:
    """
    Whose uses are counted together: upper case and +tags make nobody a new customer.

    Nor do dots where they reach the same box.
    """
    name, at, host = email.strip().casefold().partition("@")
    name = name.split("+")[0]
    if host in _DOTLESS:
        name, host = name.replace(".", ""), "gmail.com"
    return f"{name}{at}{host}"


def fingerprint_of(
    *,
    email: str = "",
    phone: str = "",
    document: str = "",
    address: NewAddress | None = None,
) -> tuple[str, ...]:
    """The buyer's normalised facts in an order, sorted. Unknown facts are left out."""
    found = {
        "email": identity_of(email),
        "phone": "".join(letter for letter in phone if letter.isdigit()),
        "document": "".join(letter for letter in document.upper() if letter.isalnum()),
        "address": _address_hash(address) if address else "",
    }
    return tuple(sorted(f"{kind}:{value}" for kind, value in found.items() if value))


def phone_fingerprint(text: str, country: str) -> set[str]:
    """
    The marks that an order may bear of this phone, however a caller says it: with or without the
    code of the country. Empty if the text has other characters than a phone has.
    """
    if not _PHONE.fullmatch(text):
        return set()
    found = set(fingerprint_of(phone=text))
    with suppress(phonenumbers.NumberParseException):
        phone = phonenumbers.parse(text, country)
        found.update(fingerprint_of(phone=f"{phone.country_code}{phone.national_number}"))
        found.update(fingerprint_of(phone=str(phone.national_number)))
    return found


def fingerprint_of_new_order(new: NewOrder) -> tuple[str, ...]:
    """The marks of the buyer, and of the address unless the order is collected."""
    homes = () if new.is_pickup else new.addresses
    places = (address for address in homes if address.kind == "shipping")
    return fingerprint_of(
        email=new.email,
        phone=new.phone,
        document=new.document_number,
        address=next(places, None),
    )


def _address_hash(address: NewAddress) -> str:
    street = " ".join(word for word in _words(address.street) if word not in _STREET_WORDS)
    if not street:
        return ""
    place = address.ubigeo or " ".join(_words(f"{address.district} {address.city}"))
    return hashlib.sha256(f"{street}|{place}|{address.country}".encode()).hexdigest()[:32]


def _words(text: str) -> list[str]:
    """Without accents, case and punctuation: as people type."""
    letters = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return "".join(letter if letter.isalnum() else " " for letter in letters).split()
