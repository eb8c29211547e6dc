"""What the search offers beside rows: pages, new documents, settings, and steps of a document."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from constance import settings as constance
from django.conf import settings
from django.contrib.admin import site
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django_stubs_ext import StrOrPromise

from accounts.seller_admin import person
from backoffice.help import HELP
from backoffice.reports.registry import REPORTS, sections_for
from backoffice.search import Group, Hit
from catalog.search.texts import STOP_WORDS, base, split
from orders.models import Order
from orders.states import FulfilmentStatus, PaymentStatus
from shipping.models import Shipment
from shipping.states import ShipmentStatus

MAX = 6
MIN_WORD_LENGTH = 2
# The beginning of a number of a document, which is no word.
NUMBER = re.compile(r"[A-Za-z]{2,3}-[0-9-]*")
# How people call what has another name here, in both languages.
ALSO_CALLED = {
    "backoffice.bookscheck": "cierre de mes month end books",
    "catalog.product": "articulo item goods",
    "catalog.sheetimport": "importar excel planilla spreadsheet upload csv",
    "checkout.draft": "order phone sale pedido venta telefono borrador draft",
    "till.tillsession": "caja mostrador tienda cash counter pos",
    "complaints.complaint": "reclamo libro complaint book",
    "inventory.stocklevel": "inventario stock inventory",
    "invoicing.fiscaldocument": "boleta factura invoice receipt",
    "payments.paymentmethod": "yape plin tarjeta card pago",
    "promotions.promotion": "descuento discount oferta sale",
    "promotions.taxrate": "igv iva impuesto vat",
    "shipping.shipment": "paquete parcel envio despacho",
    "shipping.shippingrate": "tarifas de envio delivery shipping cost rates",
    "shipping.shippingmethod": "envio delivery",
    "storefront.logo": "color colour theme tema look apariencia",
    "storefront.page": "terminos terms legal",
}
NEW = "new add create nuevo nueva agregar crear"


class Verb(NamedTuple):
    """
    A step that is typed before a number, by its words, and the page where it is taken.

    `start` is the list in which the document is chosen where no number is typed.
    """

    words: frozenset[str]
    label: StrOrPromise
    page: Callable[[HttpRequest, Any], str]
    start: Callable[[HttpRequest], str]


def find(request: HttpRequest, text: str) -> tuple[list[Group], Hit | None]:
    """
    Pages, actions and settings whose names have each word of the text, in either language. Then
    the one step of a document that a verb and its number ask for.

    Only what the person may do. One query, of reports; two at most for a step with a number.
    """
    verb, number = _parsed(text)
    if verb:
        steps = list(_steps(request, verb, number))
        return _groups((_("Do"), steps)), next(iter(steps), None)
    words = [w for w in split(text) if len(w) >= MIN_WORD_LENGTH and w not in STOP_WORDS]
    if not words or NUMBER.fullmatch(text):
        return [], None
    lists = _lists(request)
    found = _groups(
        (_("Do"), [*_begun(request, words), *_new(lists, words)]),
        (_("Pages"), [*_pages(lists, words), *_reports(request, words)]),
        (_("Settings"), _settings(request, words)),
    )
    return found, None


def _groups(*named: tuple[str, Iterable[Hit]]) -> list[Group]:
    found = [Group(label=label, hits=list(hits)[:MAX], more="") for label, hits in named]
    return [group for group in found if group.hits]


def _fits(wanted: Iterable[str], known: frozenset[str]) -> bool:
    """Whether each word begins one of the known ones, in singular or plural."""
    return all(any(each.startswith((word, base(word))) for each in known) for word in wanted)


def _known(*texts: StrOrPromise) -> frozenset[str]:
    """The words of the texts in all languages of the shop."""
    found: set[str] = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.update(word for text in texts for word in split(str(text)))
    return frozenset(found)


@cache
def _words_of_list(model: Any) -> frozenset[str]:
    meta = model._meta
    # The shop's settings are no real model, and have one name.
    one = getattr(meta, "verbose_name", "")
    return _known(one, meta.verbose_name_plural, ALSO_CALLED.get(meta.label_lower, ""))


@cache
def _words_of_report(name: str) -> frozenset[str]:
    return _known(REPORTS[name].title, "report reporte informe")


@cache
def _words_of_setting(name: str) -> frozenset[str]:
    return _known(constance.CONFIG[name][1], name.replace("_", " "))


def _lists(request: HttpRequest) -> list[dict[str, Any]]:
    sections = site.get_app_list(request)
    return [each for section in sections for each in section["models"] if "model" in each]


def _begun(request: HttpRequest, words: list[str]) -> Iterator[Hit]:
    """Where a step begins whose verb is typed without a number."""
    first, *rest = words
    documents = _words_of_list(Order) | _words_of_list(Shipment)
    for verb in VERBS if _fits(rest, documents) else ():
        if _fits([first], verb.words) and (url := verb.start(request)):
            detail = _("Choose it in the list, or type the number: %s") % f"{first} PED-…"
            yield Hit(name=str(verb.label), detail=detail, url=url)


def _new(lists: Iterable[dict[str, Any]], words: list[str]) -> Iterator[Hit]:
    """The empty forms of lists, where the words ask for something new."""
    news = frozenset(NEW.split())
    if not any(_fits([word], news) for word in words):
        return
    for each in lists:
        if each.get("add_url") and _fits(words, _words_of_list(each["model"]) | news):
            name = _("New: %s") % each["model"]._meta.verbose_name
            yield Hit(name=name, detail=capfirst(str(each["name"])), url=each["add_url"])


def _pages(lists: Iterable[dict[str, Any]], words: list[str]) -> Iterator[Hit]:
    for each in lists:
        model = each["model"]
        if each["admin_url"] and _fits(words, _words_of_list(model)):
            help_ = HELP.get(model._meta.label_lower)
            detail = str(help_.purpose) if help_ else ""
            yield Hit(name=capfirst(str(each["name"])), detail=detail, url=each["admin_url"])


def _reports(request: HttpRequest, words: list[str]) -> Iterator[Hit]:
    for section, reports in sections_for(request.user):
        for report in reports:
            if _fits(words, _words_of_report(report.name)):
                url = reverse("admin:report", args=[report.name])
                yield Hit(name=str(report.title), detail=f"{_('Reports')} · {section}", url=url)


def _settings(request: HttpRequest, words: list[str]) -> Iterator[Hit]:
    """Each setting by its words; it opens where it is on the page of settings."""
    if not request.user.has_perm("constance.change_config"):
        return
    page = reverse("admin:constance_config_changelist")
    for title, names in constance.CONFIG_FIELDSETS:
        for name in names:
            if _fits(words, _words_of_setting(name)):
                said = str(constance.CONFIG[name][1])
                yield Hit(name=said, detail=str(title), url=f"{page}#{slugify(name)}")


def _parsed(text: str) -> tuple[Verb | None, str]:
    """The verb that the text begins with and the number behind it, if it is such a text."""
    first, _blank, number = text.partition(" ")
    number = number.strip().upper()
    if not number.startswith(("PED-", "ENV-")):
        return None, ""
    said = next(iter(split(first)), "")
    return next((verb for verb in VERBS if said in verb.words), None), number


def _steps(request: HttpRequest, verb: Verb, number: str) -> Iterator[Hit]:
    model: Any = Order if number.startswith("PED-") else Shipment
    admin = site.get_model_admin(model)
    if not admin.has_view_permission(request):
        return
    row = admin.get_queryset(request).filter(number=number).first()
    url = verb.page(request, row) if row else ""
    if url:
        yield Hit(name=f"{verb.label}: {number}", detail="", url=url)


def _refund(request: HttpRequest, row: Order | Shipment) -> str:
    """The form on the order's page: a browser that is led into it opens it."""
    may = request.user.has_perms(["orders.change_order", "payments.add_refund"])
    if not may or not isinstance(row, Order):
        return ""
    return reverse("admin:orders_order_change", args=[row.pk]) + "#refund"


def _edit(request: HttpRequest, row: Order | Shipment) -> str:
    may = request.user.has_perm("orders.change_order") and isinstance(row, Order)
    return reverse("admin:orders_order_edit", args=[row.pk]) if may else ""


def _pack(request: HttpRequest, row: Order | Shipment) -> str:
    """The packing table; of an order that of its first parcel which waits."""
    shipments: Any = site.get_model_admin(Shipment)
    if not shipments.has_send_permission(request):
        return ""
    waiting = Shipment.objects.filter(status=ShipmentStatus.PENDING)
    mine = waiting.sent_by(person(request))
    key = {"order": row.pk} if isinstance(row, Order) else {"pk": row.pk}
    parcel = mine.filter(**key).order_by("number").first()
    return reverse("admin:shipping_pack", args=[parcel.pk]) if parcel else ""


def _track(_request: HttpRequest, row: Order | Shipment) -> str:
    """The parcel, on whose page it is sent."""
    if isinstance(row, Order):
        return ""
    return reverse("admin:shipping_shipment_change", args=[row.pk])


def _refundable(request: HttpRequest) -> str:
    may = request.user.has_perms(["orders.change_order", "payments.add_refund"])
    return _list(request, Order, payment_status__exact=PaymentStatus.PAID) if may else ""


def _changeable(request: HttpRequest) -> str:
    may = request.user.has_perm("orders.change_order")
    return _list(request, Order, fulfilment_status__exact=FulfilmentStatus.NONE) if may else ""


def _packable(request: HttpRequest) -> str:
    shipments: Any = site.get_model_admin(Shipment)
    return reverse("admin:shipping_packing") if shipments.has_send_permission(request) else ""


def _sendable(request: HttpRequest) -> str:
    return _list(request, Shipment, status__exact=ShipmentStatus.PENDING)


def _list(request: HttpRequest, model: Any, **chosen: str) -> str:
    if not site.get_model_admin(model).has_view_permission(request):
        return ""
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist", query=chosen)


VERBS = (
    Verb(
        frozenset({"refund", "devolver", "reembolsar", "reembolso"}),
        gettext_lazy("Refund"),
        _refund,
        _refundable,
    ),
    Verb(
        frozenset({"edit", "change", "editar", "cambiar"}),
        gettext_lazy("Change"),
        _edit,
        _changeable,
    ),
    Verb(frozenset({"pack", "empacar", "preparar"}), gettext_lazy("Pack"), _pack, _packable),
    Verb(
        frozenset({"send", "ship", "enviar", "despachar"}), gettext_lazy("Send"), _track, _sendable
    ),
)
