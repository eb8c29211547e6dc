from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin, StaffAdmin, amount, badge, dates
from core.admin_bulk import RowAction
from core.http import download
from invoicing import services
from invoicing.models import FiscalDocument, Series, Submission


@admin.register(Series)
class SeriesAdmin(StaffAdmin[Series]):
    """What documents are numbered with. Of a series in use only the switch can be changed."""

    list_display = ("code", "kind", "last_number", "is_active")
    ordering = ("code",)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Series | None = None
    ) -> tuple[str, ...]:
        return ("code", "kind", "last_number") if obj and obj.last_number else ("last_number",)


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
    list_filter = (dates("issued_at"), "kind", "series")
    list_select_related = ("series", "order")
    ordering = ("-issued_at", "-pk")
    search_fields = ("number", "order__number", "customer_name", "customer_document")

    def get_urls(self) -> list[URLPattern]:
        paper = self.admin_site.admin_view(self.as_pdf)
        return [
            path("<uuid:object_id>/pdf/", paper, name="invoicing_fiscaldocument_pdf"),
            *super().get_urls(),
        ]

    @admin.display(description=_("paper"))
    def paper(self, document: FiscalDocument) -> str:
        address = reverse("admin:invoicing_fiscaldocument_pdf", args=[document.pk])
        return format_html('<a href="{}">PDF</a>', address)

    def as_pdf(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The document on paper."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        document = get_object_or_404(self.get_queryset(request), pk=object_id)
        from invoicing.papers import document_pdf  # noqa: PLC0415 - fpdf2 is large

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
