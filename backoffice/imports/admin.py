"""Pages that import and export products as spreadsheets."""

import csv
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO, StringIO
from itertools import chain
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.seller_admin import SellerOwnedAdmin, person
from backoffice.imports import services
from backoffice.imports import undo as sheet_undo
from backoffice.imports.forms import ApprovalForm, SheetForm
from backoffice.imports.stock import units_of
from catalog.models import FetchStatus, RowOutcome, SheetImport, SheetStatus, Variant
from catalog.spreadsheets import picture_fetches
from catalog.spreadsheets.columns import COLUMNS
from catalog.spreadsheets.exports import csv_lines, write_workbook
from core.admin.base import ReadOnlyAdmin, badge
from core.admin.pages import own_page
from core.reports.tables import inert
from core.web.http import download

MAX_SHOWN = 50
# Larger workbooks take longer than a page should; a command writes them, or CSV.
MAX_WORKBOOK = 5000
_WORKING = {SheetStatus.UPLOADED, SheetStatus.CHECKING, SheetStatus.APPROVED}


@admin.register(SheetImport)
class SheetImportAdmin(SellerOwnedAdmin[SheetImport], ReadOnlyAdmin[SheetImport]):
    """Spreadsheets of products, from upload to approval, and the way out again."""

    list_display = ("name", "kind", badge("status", _("status")), "user", "created_at")
    list_select_related = ("user",)
    list_filter = ("status", "kind")
    search_fields = ("name",)
    ordering = ("-created_at",)
    change_list_template = "admin/catalog/sheetimport/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People who may add products, and a seller's people for their own."""
        return request.user.has_perm("catalog.add_sheetimport") or self.acts_for_seller(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Choose a file; a worker looks at it next."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = SheetForm(person(request), request.POST or None, request.FILES or None)
        if form.is_valid():
            sheet = services.receive(user=person(request), **form.cleaned_data)
            return HttpResponseRedirect(_address(sheet))
        context = {"form": form, "title": _("Import products")}
        return self.own_response(request, "add", context, status=422 if form.errors else 200)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The import's progress, its changes, and the decisions it waits for."""
        sheet = self.get_object(request, object_id)
        if sheet is None:
            return super().change_view(request, object_id, form_url, extra_context)
        progress = services.progress(sheet)
        is_working, fetches = sheet.status in _WORKING, _fetches(sheet)
        context = {
            "title": sheet.name,
            "sheet": sheet,
            "progress": progress,
            "outcomes": [(RowOutcome(name), n) for name, n in progress.outcomes.items()],
            "is_working": is_working,
            "is_live": is_working or fetches["waiting"],
            "problems": services.problems_of(sheet)[:MAX_SHOWN],
            "samples": sheet.rows.exclude(changes=[]).order_by("line")[:MAX_SHOWN],
            "new_rows": sheet.rows.filter(outcome=RowOutcome.NEW).order_by("line")[:MAX_SHOWN],
            "made": services.made_by(sheet, MAX_SHOWN) if sheet.status == SheetStatus.DONE else [],
            "fetches": fetches,
            "may_import": self.has_add_permission(request),
            "may_undo": sheet_undo.may_undo(sheet),
            "undo": sheet_undo.undo_of(sheet),
        }
        return self.own_response(request, "status", context)

    @own_page("<uuid:sheet_id>/approve/", "catalog_sheetimport_approve", only_post=True)
    def approve(self, request: HttpRequest, sheet_id: UUID) -> HttpResponse:
        form = ApprovalForm(request.POST)
        form.full_clean()
        return self._change(request, sheet_id, partial(services.approve, **form.cleaned_data))

    @own_page("<uuid:sheet_id>/drop/", "catalog_sheetimport_drop", only_post=True)
    def drop(self, request: HttpRequest, sheet_id: UUID) -> HttpResponse:
        return self._change(request, sheet_id, services.drop)

    @own_page("<uuid:sheet_id>/undo/", "catalog_sheetimport_undo", only_post=True)
    def undo(self, request: HttpRequest, sheet_id: UUID) -> HttpResponse:
        """Another import, which takes this one back: its page shows what that would change."""
        return self._change(request, sheet_id, partial(sheet_undo.begin, user=person(request)))

    def _change(
        self, request: HttpRequest, sheet_id: UUID, change: Callable[[UUID], SheetImport | None]
    ) -> HttpResponse:
        """Show the import that the change gives, or the same one, with the reason of a refusal."""
        sheet = self._sheet(request, sheet_id)
        with self.refusals_told(request):
            sheet = change(sheet.pk) or sheet
        return HttpResponseRedirect(_address(sheet))

    @own_page("<uuid:sheet_id>/pictures/", "catalog_sheetimport_pictures", only_post=True)
    def fetch_again(self, request: HttpRequest, sheet_id: UUID) -> HttpResponse:
        sheet = self._sheet(request, sheet_id)
        failed = sheet.fetches.filter(status=FetchStatus.FAILED).values_list("pk", flat=True)
        number = picture_fetches.retry(list(failed))
        self.message_user(request, _("%(number)s pictures are fetched again.") % {"number": number})
        return HttpResponseRedirect(_address(sheet))

    @own_page("<uuid:sheet_id>/problems.csv", "catalog_sheetimport_problems")
    def problems(self, request: HttpRequest, sheet_id: UUID) -> HttpResponseBase:
        """The refused rows with their reasons before them, to be mended and sent again."""
        sheet = self._sheet(request, sheet_id)
        rows = services.problems_of(sheet).iterator(chunk_size=500)
        head = ["line", "problems", *sheet.columns]
        lines = (
            [row.line, " ".join(row.problems), *(row.cells.get(name, "") for name in sheet.columns)]
            for row in rows
        )
        return _file(_csv(head, lines), "problems.csv")

    @own_page("columns.csv", "catalog_sheetimport_template", needs="view")
    def template(self, request: HttpRequest) -> HttpResponseBase:
        """The heading of a spreadsheet with all our columns."""
        return _file(_csv(list(COLUMNS), iter(())), "columns.csv")

    @own_page("export/", "catalog_sheetimport_export", needs="view")
    def export(self, request: HttpRequest) -> HttpResponseBase:
        """All products that the person may see, as CSV while it is written, or as a workbook."""
        variants = Variant.objects.all().for_user(person(request))
        kind = request.GET.get("format")
        if kind == "csv":
            return _file(csv_lines(variants, units_of), "products.csv")
        number = variants.count()
        if kind == "xlsx" and number <= MAX_WORKBOOK:
            with self.refusals_told(request):
                book = BytesIO()
                write_workbook(variants, units_of, book)
                return download(book.getvalue(), "products.xlsx")
        context = {
            "title": _("Export products"),
            "number": number,
            "has_workbook": number <= MAX_WORKBOOK,
        }
        return self.own_response(request, "export", context)

    def _sheet(self, request: HttpRequest, sheet_id: UUID) -> SheetImport:
        """
        The person's own sheet.

        :raises PermissionDenied: if the person may only view
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        found: SheetImport = get_object_or_404(self.get_queryset(request), pk=sheet_id)
        return found


def _address(sheet: SheetImport) -> str:
    return reverse("admin:catalog_sheetimport_change", args=[sheet.pk])


def _fetches(sheet: SheetImport) -> dict[str, Any]:
    """How many pictures of the sheet are where, and the first that failed. 2 queries."""
    found = sheet.fetches.order_by().values_list("status").annotate(Count("pk"))
    counts = dict.fromkeys(FetchStatus.values, 0) | dict(found)
    failed = sheet.fetches.filter(status=FetchStatus.FAILED).select_related("product")
    rows = failed.order_by("created_at")[:MAX_SHOWN]
    return {**counts, "total": sum(counts.values()), "rows": rows}


def _csv(head: list[str], rows: Iterator[list[Any]]) -> Iterator[str]:
    text = StringIO()
    writer = csv.writer(text)
    yield "\ufeff"
    for row in chain([head], rows):
        writer.writerow([inert(cell) for cell in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _file(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
