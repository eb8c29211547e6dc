"""The counter: a till is opened, sells with the scanner, and is closed to the cent."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect

from accounts.seller_admin import person
from checkout.desk import Desk, opened, pressed
from checkout.draft_forms import key_of
from checkout.models import Draft
from core.admin.base import ReadOnlyAdmin, ReadOnlyInline, StaffAdmin, dates
from core.exceptions import DomainError
from core.formats import money
from core.ids import uuid7
from core.money import ZERO
from core.web.http import download
from till import services
from till.forms import CashForm, ClosingForm, OpeningForm, PaymentForm
from till.models import EntryKind, Till, TillEntry, TillSession, Way
from till.papers import closing_sheet
from till.selectors import open_session_of, sums_of
from till.services import Paid

_SELL = "admin:till_sell"


@admin.register(Till)
class TillAdmin(StaffAdmin[Till]):
    """The tills of the shop's counters."""

    list_display = ("name", "shop", "is_active")
    list_select_related = ("shop",)
    ordering = ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: Till | None = None) -> bool:
        return False


class EntryInline(ReadOnlyInline):
    model = TillEntry
    fields = ("created_at", "kind", "way", "amount", "tendered", "order", "reason")
    ordering = ("pk",)


@admin.register(TillSession)
class TillSessionAdmin(ReadOnlyAdmin[TillSession]):
    """Sessions of tills, and the page at which their cashiers sell."""

    list_display = (
        "created_at",
        "till",
        "served_by",
        "opening",
        "expected",
        "counted",
        "closed_at",
    )
    list_filter = (dates("created_at"), "till")
    list_select_related = ("till", "cashier")
    ordering = ("-pk",)
    inlines = (EntryInline,)
    change_form_template = "admin/till/tillsession/change_form.html"

    @admin.display(description=gettext_lazy("cashier"), ordering="cashier")
    def served_by(self, session: TillSession) -> str:
        return session.cashier.get_full_name() or session.cashier.email

    def get_queryset(self, request: HttpRequest) -> QuerySet[TillSession]:
        return super().get_queryset(request).select_related("till", "cashier")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("sell/", wrap(self.sell), name="till_sell"),
            path("cash/", wrap(self.move_cash), name="till_cash"),
            path("close/", wrap(self.close), name="till_close"),
            path("<uuid:object_id>/sheet.pdf", wrap(self.sheet), name="till_sheet"),
            *super().get_urls(),
        ]

    def sell(self, request: HttpRequest) -> HttpResponse:
        """The counter: open the till, then sell."""
        self._check_cashier(request)
        session = open_session_of(person(request))
        if session is None:
            return self._open(request)
        shop = {"shipping_method_code": session.till.shop.code, "language": settings.LANGUAGE_CODE}
        if request.method != "POST":
            return self._counter(request, session, opened(_sale(request, uuid7())), PaymentForm())
        key = key_of(request.POST.get("key", "")) or uuid7()
        desk = pressed(
            _sale(request, key),
            request.POST,
            finds_customers=request.user.has_perm("accounts.view_customeraccount"),
            fixed=shop | {"street": "", "district": ""},
        )
        form = PaymentForm(request.POST)
        if "_sell" in request.POST and desk.is_valid and form.is_valid():
            try:
                return self._sold(request, session, desk, form)
            except DomainError as refusal:
                desk.refusal = str(refusal)
        return self._counter(request, session, desk, form)

    def _sold(
        self, request: HttpRequest, session: TillSession, desk: Desk, form: PaymentForm
    ) -> HttpResponse:
        data = form.cleaned_data
        paid = Paid(
            way=Way(data["way"]),
            total=data["total"],
            tendered=data["tendered"],
            reference=data["bank_reference"],
        )
        key = UUID(str(desk.draft.pk))
        order = services.sell(session.pk, desk.draft, desk.lines.units, paid=paid, key=key)
        change = (paid.tendered or order.total) - order.total if paid.way == Way.CASH else ZERO
        text = _("%(order)s is sold. Change: %(change)s")
        shown = {"order": order, "change": money(change, order.currency)}
        self.message_user(request, text % shown, messages.SUCCESS)
        return _go(request, reverse(_SELL))

    def _open(self, request: HttpRequest) -> HttpResponse:
        form = OpeningForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.open_session(
                    data["till"].pk, cashier=person(request), opening=data["opening"]
                )
            except DomainError as refusal:
                form.add_error("till", str(refusal))
            else:
                return HttpResponseRedirect(reverse(_SELL))
        context = {"title": _("Open the till"), "form": form}
        return self._page(request, "open", context)

    def move_cash(self, request: HttpRequest) -> HttpResponse:
        """Cash that comes or goes with a reason."""
        session = self._own_session(request)
        form = CashForm(request.POST or None, initial={"key": uuid7()})
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.move_cash(session.pk, **data | {"kind": EntryKind(data["kind"])})
            except DomainError as refusal:
                form.add_error("amount", str(refusal))
            else:
                self.message_user(request, _("Noted."), messages.SUCCESS)
                return HttpResponseRedirect(reverse(_SELL))
        context = {"title": _("Cash in or out"), "form": form, "session": session}
        return self._page(request, "cash", context)

    def close(self, request: HttpRequest) -> HttpResponse:
        """Count the cash; the sheet follows. What should be there is said afterwards."""
        session = self._own_session(request)
        form = ClosingForm(request.POST or None)
        if form.is_valid():
            try:
                services.close_session(session.pk, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error("note", str(refusal))
            else:
                return HttpResponseRedirect(
                    reverse("admin:till_tillsession_change", args=[session.pk])
                )
        context = {"title": _("Close the till"), "form": form, "session": session}
        return self._page(request, "close", context)

    def sheet(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        session = get_object_or_404(self.get_queryset(request), pk=object_id)
        opened_at = localtime(session.created_at)
        return download(closing_sheet(session), f"{opened_at:%Y-%m-%d-%H%M}.pdf")

    def _counter(
        self, request: HttpRequest, session: TillSession, desk: Desk, form: PaymentForm
    ) -> HttpResponse:
        context = {
            "title": session.till.name,
            "session": session,
            "taken": sums_of(session),
            "desk": desk,
            "sheet": desk.sheet,
            "form": form,
            "total": desk.sheet.figures.basket.total,
        }
        return self._page(request, "counter", context)

    def _own_session(self, request: HttpRequest) -> TillSession:
        self._check_cashier(request)
        session = open_session_of(person(request))
        if session is None:
            raise PermissionDenied
        return session

    def _check_cashier(self, request: HttpRequest) -> None:
        if not request.user.has_perm("till.add_tillsession"):
            raise PermissionDenied

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/till/tillsession/{name}.html", context)


def _sale(request: HttpRequest, key: UUID) -> Draft:
    """What the counter's form says; it is never saved as a draft."""
    return Draft(pk=key, made_by=person(request))


def _go(request: HttpRequest, address: str) -> HttpResponse:
    is_script = "HX-Request" in request.headers
    return HttpResponseClientRedirect(address) if is_script else HttpResponseRedirect(address)
