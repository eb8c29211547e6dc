"""Customers as staff find them on the phone, and what their last order says of them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import phonenumbers
from constance import config
from django.db.models import Q, QuerySet

from accounts.country_fields import place_written
from accounts.documents import is_for_invoices
from accounts.models import WHO, Address, User
from catalog.search.texts import split
from checkout.addresses import default_addresses
from orders.buyer_fingerprint import fingerprint_of, phone_fingerprint
from orders.models import AddressKind, Order, OrderAddress
from orders.selectors import sent_to
from orders.states import SALES
from shipping.selectors import reach

MAX_FOUND = 6
MAX_TEXT = 100
MIN_WORD_LENGTH = 3


@dataclass(frozen=True, kw_only=True)
class Known:
    """A customer to choose."""

    pk: UUID
    name: str
    email: str
    phone: str


def find_customers(text: str) -> Sequence[Known]:
    """By phone, however it is said, by e-mail address, or by parts of the name. At most 3."""
    text = text.replace("\0", "").strip()[:MAX_TEXT]
    found = User.objects.filter(_who(text), is_staff=False, is_active=True)
    return [
        Known(
            pk=user.pk,
            name=user.get_full_name() or user.email,
            email=user.email,
            phone=user.phones[0] if user.phones else "",
        )
        for user in (found[:MAX_FOUND] if text else ())
    ]


def values_of(customer_id: UUID) -> dict[str, str]:
    """The fields of a draft, filled in as the customer's last order was. At most 5 queries."""
    user = User.objects.get(pk=customer_id, is_staff=False)
    orders = Order.objects.filter(customer=user, status__in=SALES).order_by("-placed_at")
    last = orders.prefetch_related("addresses").first()
    values = {"email": user.email, "first_name": user.first_name, "last_name": user.last_name}
    values["phone"] = (last.phone if last else "") or next(iter(user.phones), "")
    home = default_addresses(user)[0]
    if last:
        billed = {str(row.kind): row for row in last.addresses.all()}
        home = _home(last, billed) or home
        values |= _choices(last, billed)
        if not values["first_name"] and AddressKind.SHIPPING in billed:
            first, _space, rest = billed[AddressKind.SHIPPING].recipient.partition(" ")
            values |= {"first_name": first, "last_name": rest}
    if home and str(home.country) in reach().countries:
        values |= place_written(home) | {"reference": home.reference}
        values["phone"] = values["phone"] or home.phone
    return values


def _choices(last: Order, addresses: Mapping[str, OrderAddress]) -> dict[str, str]:
    """How it came, and whom the bill named."""
    billing = addresses.get(AddressKind.BILLING)
    to_company = is_for_invoices(last.document_type) and billing is not None
    return {
        "shipping_method_code": last.shipping_method_code,
        "language": last.language,
        "document_type": last.document_type,
        "document_number": last.document_number,
        "company": billing.recipient if to_company and billing else "",
    }


def _home(last: Order, addresses: Mapping[str, OrderAddress]) -> Address | None:
    """Where the last order went, unless that was a counter of the shop."""
    row = addresses.get(AddressKind.SHIPPING)
    if row is None or last.shipping_method_code in reach().pickups:
        return None
    names = ("phone", "street", "district", "city", "region", "postal_code", "country", "ubigeo")
    return Address(reference=row.reference, **{name: getattr(row, name) for name in names})


def _who(text: str) -> Q:
    """Each way to search has an index."""
    if "@" in text:
        return Q(email__iexact=text) | Q(pk__in=_buyers(fingerprint_of(email=text)))
    if marks := phone_fingerprint(text, config.COUNTRY):
        return Q(phones__overlap=_spellings(text)) | Q(pk__in=_buyers(marks))
    words = [word for word in split(text) if len(word) >= MIN_WORD_LENGTH]
    if not words:
        return Q(pk=None)
    named = User.objects.alias(who=WHO)
    for word in words:
        named = named.filter(who__contains=word)
    received = sent_to(words).values("order__customer")
    return Q(pk__in=named.order_by().values("pk")[:50]) | Q(pk__in=received[:50])


def _buyers(marks: Sequence[str] | set[str]) -> QuerySet[Order, UUID]:
    # What a guest has typed for an order that nobody paid may be anybody's.
    proven = Order.objects.filter(marks__overlap=list(marks), status__in=SALES)
    return proven.values_list("customer", flat=True)


def _spellings(text: str) -> list[str]:
    """A phone as accounts may keep it."""
    with suppress(phonenumbers.NumberParseException):
        phone = phonenumbers.parse(text, config.COUNTRY)
        return [text, phonenumbers.format_number(phone, phonenumbers.PhoneNumberFormat.E164)]
    return [text]
