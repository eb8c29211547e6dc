from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from constance import config
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from core.admin.base import ReadOnlyAdmin, StaffAdmin, amount, badge, dates
from core.admin.bulk import RowAction
from core.admin.pages import own_page
from core.web.http import download
from invoicing import services
from invoicing.models import DocumentKind, FiscalDocument, Series, Submission
from invoicing.papers import document_pdf


@admin.register(Series)
class SeriesAdmin(StaffAdmin[Series]):
    """What documents are numbered with. Of a series in use only the switch can be changed."""

    list_display = ("code", "kind", "last_number", "is_active")
    ordering = ("code",)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Series | None = None
    ) -> tuple[str, ...]:
        return ("code", "kind", "last_number") if obj and obj.last_number else ("last_number",)


def _signed(name: str, label: StrOrPromise) -> Callable[[FiscalDocument], Decimal]:
    """A column for files whose sum is right: what a credit note takes back is negative."""

    @admin.display(description=label)
    def shown(document: FiscalDocument) -> Decimal:
        value: Decimal = getattr(document, name)
        return -value if document.kind == DocumentKind.CREDIT_NOTE else value

    shown.__name__ = name
    return shown


@admin.register(FiscalDocument)
class FiscalDocumentAdmin(ReadOnlyAdmin[FiscalDocument]):
    """Boletas, facturas and credit notes as they were issued, each with its paper."""

    fields = (
        ("number", "kind", "paper"),
        ("order", "issued_at"),
        ("corrects", "refund", "reason"),
        ("issuer_name", "issuer_tax_id", "issuer_address"),
        ("customer_name", "customer_document", "customer_address"),
        ("net", "tax", "total", "currency"),
    )
    is_exported = True
    list_display = (
        "number",
        "kind",
        "order",
        "customer_name",
        amount("total", _("total")),
        "issued_at",
        "paper",
    )
    exported = (
        *("number", "kind", "issued_at", "order", "corrects"),
        *("customer_document_type", "customer_document", "customer_name"),
        _signed("net", _("net")),
        _signed("tax", _("tax")),
        _signed("total", _("total")),
        "currency",
    )
    summed = ("net", "tax", "total")
    list_filter = (dates("issued_at"), "kind", "series")
    list_select_related = ("series", "order", "corrects")
    ordering = ("-issued_at", "-pk")
    search_fields = ("number", "order__number", "customer_name", "customer_document")

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Say above the list what printing alone does not do."""
        if config.INVOICING_PROVIDER == "none":
            messages.warning(
                request,
                _(
                    "These documents are printed only: no provider sends them to the tax office. "
                    "Where the law asks for electronic documents, connect one first."
                ),
            )
        return super().changelist_view(request, *args, **kwargs)

    @admin.display(description=_("paper"))
    def paper(self, document: FiscalDocument) -> str:
        address = reverse("admin:invoicing_fiscaldocument_pdf", args=[document.pk])
        return format_html('<a href="{}">PDF</a>', address)

    @own_page("<uuid:object_id>/pdf/", "invoicing_fiscaldocument_pdf", needs="view")
    def as_pdf(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The document on paper."""
        document = get_object_or_404(self.get_queryset(request), pk=object_id)

        return download(document_pdf(document), f"{document.number}.pdf")


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin[Submission]):
    """What the invoicing provider said; what it has rejected can be sent again."""

    list_display = ("document", badge("state", _("status")), "reference", "error", "updated_at")
    list_filter = (dates("created_at"), "state")
    list_select_related = ("document",)
    search_fields = ("document__number", "reference")
    actions = ("send_again",)

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("invoicing.change_submission")

    @admin.action(description=_("Send the selected documents again"), permissions=["send"])
    @RowAction
    def send_again(self, request: HttpRequest, submission: Submission) -> None:
        services.submit_again(submission.document_id)
