"""The page of the month's end, in the place of a list, and the page of each check of the books."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst

from accounts.seller_admin import person
from backoffice.models import BooksCheck, CheckKind
from backoffice.month_end import checks, files, steps
from backoffice.month_end.file_pages import MAY_ASK, MonthFilePages
from backoffice.month_end.months import Month
from core.admin.exports import KINDS
from core.admin.pages import own_page
from core.reports.downloads import Looks, as_file

_LATEST = 10


@admin.register(BooksCheck)
class BooksCheckAdmin(MonthFilePages):
    """Finance closes a month here, without a shell: each step, its numbers and its files."""

    list_display = ("__str__", "created_at", "user", "finished_at")
    ordering = ("-pk",)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The steps of a month: of the last one that is over, or of `?month=2026-11`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        month = Month.named(request.GET.get("month", ""))
        latest = BooksCheck.objects.select_related("user").order_by("-pk")[:_LATEST]
        context = {
            "title": capfirst(str(self.opts.verbose_name_plural)),
            "month": month,
            "name": date_format(month.first, "YEAR_MONTH_FORMAT"),
            "steps": steps.steps(request, month),
            "latest": latest,
            "file": files.latest(month),
            "may_ask": request.user.has_perm(MAY_ASK),
        }
        return self.own_response(request, "admin/backoffice/bookscheck/month.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What a check has found; a page that looks again by itself until it is done."""
        check = self.get_object(request, object_id)
        if check is None:
            return super().change_view(request, object_id, form_url, extra_context)
        if not self.has_view_permission(request, check):
            raise PermissionDenied
        found = checks.found(check)
        context = {
            "title": str(check),
            "check": check,
            "days": checks.days_of(check),
            "found": found,
            "lines": [[getattr(row, name) for name in found.columns] for row in found.rows],
            "is_live": check.finished_at is None,
            "kinds": KINDS,
        }
        return self.own_response(request, "admin/backoffice/bookscheck/check.html", context)

    @own_page("begin/<slug:step>/", "backoffice_bookscheck_begin", only_post=True)
    def begin(self, request: HttpRequest, step: str) -> HttpResponse:
        """
        Have a worker do a check: of the month that was sent, or of the stock as it is.

        :raises PermissionDenied: for who may only look
        """
        if not request.user.has_perm(MAY_ASK):
            raise PermissionDenied
        if step not in CheckKind.values:
            raise Http404
        month = Month.named(request.POST.get("month", ""))
        is_dated = step == CheckKind.PROVIDERS
        days = {"since": month.first, "until": month.last} if is_dated else {}
        check = checks.begin(CheckKind(step), user=person(request), **days)
        page = reverse("admin:backoffice_bookscheck_change", args=[check.pk])
        return HttpResponseRedirect(page)

    @own_page("<uuid:object_id>/file.<slug:kind>", "backoffice_bookscheck_file")
    def file(self, request: HttpRequest, object_id: Any, kind: str) -> HttpResponseBase:
        """What it has found as a file, to show to an accountant."""
        if kind not in KINDS:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        check = get_object_or_404(BooksCheck, pk=object_id)
        found = checks.found(check)
        looks = Looks(title=str(check), foot=checks.foot_of(check, found), has_headings=True)
        name = f"{check.kind}-{check.until or check.created_at.date()}"
        return as_file(found.columns, found.rows, name, kind, looks)
