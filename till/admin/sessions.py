"""Tills and their sessions, which are opened and closed where orders are taken."""

from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from core.admin.base import ReadOnlyAdmin, ReadOnlyInline, StaffAdmin, dates
from core.admin.pages import own_page
from core.web.http import download
from till.models import Till, TillEntry, TillSession
from till.papers import closing_sheet


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
    """Sessions of tills: who stood there, what came in, and how it was counted."""

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

    @own_page("sell/", "till_sell")
    @own_page("cash/")
    @own_page("close/", needs="till.add_tillsession")
    def sell(self, request: HttpRequest) -> HttpResponse:
        """The page where an order is taken, with the goods handed over at once."""
        return HttpResponseRedirect(f"{reverse('admin:checkout_draft_add')}?mode=now")

    @own_page("<uuid:object_id>/sheet.pdf", "till_sheet", needs="view")
    def sheet(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        session = get_object_or_404(self.get_queryset(request), pk=object_id)
        opened_at = localtime(session.created_at)
        return download(closing_sheet(session), f"{opened_at:%Y-%m-%d-%H%M}.pdf")
