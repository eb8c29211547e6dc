"""The search field in every page's header: finds numbers, addresses and names."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from constance import config
from django.contrib.admin import site
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime

from accounts.models import WHO, CustomerAccount
from catalog.models import Product, Variant
from catalog.search.texts import plain, split
from complaints.models import Complaint
from invoicing.models import FiscalDocument
from orders.buyer_fingerprint import fingerprint_of, phone_fingerprint
from orders.models import Order
from orders.selectors import goes_to, sent_to
from payments.models import CreditRequest, LedgerEntry, Payment, Refund, StoreCredit
from payouts.models import Statement
from promotions.models import Coupon
from purchasing.models import PurchaseOrder
from returns.models import Return
from shipping.models import Shipment

MAX = 5
MAX_LENGTH = 100
# Fewer letters have no trigram, so that no index could help.
MIN_WORD_LENGTH = 3
# Of a phone or a document.
MIN_DIGITS = 6
# Of the number of a fiscal document, an integer.
MAX_SEQUENCE_DIGITS = 9
Rows = QuerySet[Any]
Ask = Callable[[Rows, str], Rows | None]


@dataclass(frozen=True)
class Kind:
    """
    A searched list; each way of searching has an index.

    `prefix` starts its own numbers, `code` finds foreign keys of a row, `words` finds similar
    text: of private lists only for people who see every row; others search `own_words`.
    """

    model: type[Model]
    # Shown beside the name.
    detail: tuple[str, ...]
    _: KW_ONLY
    prefix: str = ""
    code: Ask | None = None
    words: Ask | None = None
    own_words: Ask | None = None
    is_private: bool = False


@dataclass(frozen=True, kw_only=True)
class Hit:
    name: str
    detail: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """The matches of one list; `more` links to the rest."""

    label: str
    hits: list[Hit]
    more: str


def find(request: HttpRequest, text: str) -> tuple[list[Group], Hit | None]:
    """
    Rows with this number or code; without any, rows with similar text. Then the one thing that has
    the text as its number or code.

    Only lists and rows that the person may see. One query for each list that may contain such a
    text, twelve at most.
    """
    if not text:
        return [], None
    kinds = [
        kind for kind in KINDS if site.get_model_admin(kind.model).has_view_permission(request)
    ]
    named = _groups(request, kinds, text, _named)
    hits = [hit for group in named for hit in group.hits]
    target = hits[0] if len(hits) == 1 else None
    return named or _groups(request, kinds, text, _alike), target


def clean(text: str) -> str:
    """The text without zero bytes, which no column holds, and no longer than any number."""
    return text.replace("\0", "").strip()[:MAX_LENGTH]


def _groups(
    request: HttpRequest,
    kinds: Sequence[Kind],
    text: str,
    ask: Callable[[HttpRequest, Kind, str], Rows | None],
) -> list[Group]:
    asked = [(kind, ask(request, kind, text)) for kind in kinds]
    groups = [_group(kind, rows, text) for kind, rows in asked if rows is not None]
    return [group for group in groups if group.hits]


def _named(request: HttpRequest, kind: Kind, text: str) -> Rows | None:
    rows = _rows(request, kind)
    number = text.upper()
    if kind.prefix and number.startswith(kind.prefix):
        return rows.filter(number=number)
    return kind.code(rows, text) if kind.code else None


def _alike(request: HttpRequest, kind: Kind, text: str) -> Rows | None:
    rows = _rows(request, kind)
    number = text.upper()
    if kind.prefix and number.startswith(kind.prefix):
        return rows.filter(number__startswith=number).order_by("-pk")
    meta = kind.model._meta
    sees_all = request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}")
    words = kind.words if sees_all or not kind.is_private else kind.own_words
    return words(rows, text) if words else None


def _rows(request: HttpRequest, kind: Kind) -> Rows:
    """
    The rows that the person may see, newest first.

    No index has that order: PostgreSQL would read one from its end, for a long time, wherever it
    takes a rare text for a frequent one.
    """
    rows = site.get_model_admin(kind.model).get_queryset(request).order_by("-created_at")
    fields = kind.model._meta.fields
    related = [each.name for each in fields if each.is_relation and each.name in kind.detail]
    return rows.select_related(*related)


def _group(kind: Kind, rows: Rows, text: str) -> Group:
    meta = kind.model._meta
    page = f"admin:{meta.app_label}_{meta.model_name}"
    found = list(rows[: MAX + 1])
    return Group(
        label=capfirst(str(meta.verbose_name_plural)),
        hits=[
            Hit(
                name=str(row),
                detail=" · ".join(filter(None, (_told(row, name) for name in kind.detail))),
                url=reverse(f"{page}_change", args=[row.pk]),
            )
            for row in found[:MAX]
        ],
        more=f"{reverse(f'{page}_changelist')}?{urlencode({'q': text})}" if found[MAX:] else "",
    )


def _told(row: Any, name: str) -> str:
    """A field in words: a choice by its label, a moment by its day."""
    shown = getattr(row, f"get_{name}_display", None)
    value = shown() if shown else getattr(row, name)
    if callable(value):
        value = value()
    return date_format(localtime(value)) if isinstance(value, datetime) else str(value)


def _spellings(text: str) -> set[str]:
    """The text as typed or scanned, and as labels print it."""
    return {text, text.upper()}


def _payments_by_code(rows: Rows, text: str) -> Rows:
    """By what the provider, the bank or an entry of the ledger calls it: two queries."""
    entries = LedgerEntry.objects.filter(reference=text).values_list("payment", flat=True)
    return rows.filter(
        Q(gateway_id=text)
        | Q(gateway_reference=text)
        | Q(bank_reference=text)
        | Q(pk__in=list(entries[:MAX]))
    )


def _shipments_by_code(rows: Rows, text: str) -> Rows:
    pickup = text.replace(" ", "").upper()
    return rows.filter(Q(tracking_number__in=_spellings(text)) | Q(pickup_code=pickup))


def _documents_by_code(rows: Rows, text: str) -> Rows | None:
    """By series and number: B001-00000012, with or without the zeros."""
    series, dash, sequence = text.partition("-")
    if not (dash and sequence.isdecimal() and len(sequence) <= MAX_SEQUENCE_DIGITS):
        return None
    return rows.filter(series__code=series.upper(), sequence=int(sequence))


def _variants_by_code(rows: Rows, text: str) -> Rows:
    return rows.filter(Q(sku__in=_spellings(text)) | Q(gtin=text))


def _products_by_words(rows: Rows, text: str) -> Rows | None:
    """
    Products with each word in their names, brands or categories, or with the text in their codes.

    Unordered: many rows need not be sorted to show a few.
    """
    if len(text) < MIN_WORD_LENGTH:
        return None
    in_title = Q()
    for word in _long_words(text):
        in_title &= Q(search_entry__title__contains=word)
    in_codes = Q(search_entry__codes__contains=plain(text))
    return rows.filter(in_title | in_codes if in_title else in_codes).order_by()


def _people_by_words(rows: Rows, text: str) -> Rows | None:
    """People whose name and address contain each word, unordered."""
    words = _long_words(text)
    rows = rows.alias(who=WHO).order_by()
    for word in words:
        rows = rows.filter(who__contains=word)
    return rows if words else None


def _orders_by_words(rows: Rows, text: str) -> Rows | None:
    """Orders of a person: by e-mail address, phone or document; or to one, by the name."""
    if "@" in text:
        return rows.filter(
            Q(email__in={text, text.lower()}) | Q(marks__overlap=fingerprint_of(email=text))
        )
    if sum(letter.isdecimal() for letter in text) < MIN_DIGITS:
        words = _long_words(text)
        return rows.filter(pk__in=sent_to(words).values("order")).order_by() if words else None
    phones = phone_fingerprint(text, config.COUNTRY)
    return rows.filter(marks__overlap=[*phones, *fingerprint_of(document=text)])


def _orders_by_recipient(rows: Rows, text: str) -> Rows | None:
    words = _long_words(text)
    return rows.filter(goes_to(words)) if words else None


def _long_words(text: str) -> list[str]:
    return [word for word in split(text) if len(word) >= MIN_WORD_LENGTH]


KINDS = (
    Kind(
        Order,
        ("placed_at", "status"),
        prefix="PED-",
        words=_orders_by_words,
        own_words=_orders_by_recipient,
        is_private=True,
    ),
    Kind(Shipment, ("order", "status"), prefix="ENV-", code=_shipments_by_code),
    Kind(Return, ("order", "status"), prefix="DEV-"),
    Kind(Complaint, ("created_at",), prefix="LR-"),
    Kind(Payment, ("order", "gateway", "state"), prefix="TXN-", code=_payments_by_code),
    Kind(Refund, ("payment", "state"), prefix="REF-"),
    Kind(StoreCredit, ("user",), prefix="CRE-"),
    Kind(CreditRequest, ("user", "state"), prefix="CRR-"),
    Kind(FiscalDocument, ("kind", "order"), code=_documents_by_code),
    Kind(Statement, ("status",), prefix="LIQ-"),
    Kind(PurchaseOrder, ("supplier", "status"), prefix="OC-"),
    Kind(
        Product,
        ("sku",),
        code=lambda rows, text: rows.filter(sku__in=_spellings(text)),
        words=_products_by_words,
    ),
    Kind(Variant, ("sku",), code=_variants_by_code),
    Kind(Coupon, ("promotion",), code=lambda rows, text: rows.filter(code__iexact=text)),
    Kind(CustomerAccount, ("get_full_name",), words=_people_by_words, is_private=True),
)
