"""The page of a month's file: how far it is, the file, and the links that lead others to it."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.seller_admin import person
from backoffice.models import BooksCheck, MonthFile, MonthLink
from backoffice.month_end import files, links
from backoffice.month_end.months import Month
from core.admin.base import ReadOnlyAdmin
from core.admin.pages import own_page

MAY_ASK = "backoffice.add_bookscheck"


class LinkForm(forms.Form):
    """For whom a link is, and for how long."""

    name = forms.CharField(label=gettext_lazy("For whom"), max_length=100)
    days = forms.IntegerField(
        label=gettext_lazy("For how many days"), min_value=1, max_value=links.MAX_DAYS, initial=14
    )


class MonthFilePages(ReadOnlyAdmin[BooksCheck]):
    """Adds the pages to those of the month's end."""

    @own_page("months/begin/", "backoffice_bookscheck_begin_file", only_post=True)
    def begin_file(self, request: HttpRequest) -> HttpResponse:
        """Have a worker make the file of the month that was sent."""
        self._check(request, MAY_ASK)
        month = Month.named(request.POST.get("month", ""))
        file = files.begin(month, user=person(request))
        return redirect("admin:backoffice_bookscheck_month", file.pk)

    @own_page("months/<uuid:key>/", "backoffice_bookscheck_month")
    def month_file(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """What is in it; a POST makes a link."""
        self._check(request)
        file = get_object_or_404(MonthFile.objects.select_related("user"), pk=key)
        form = LinkForm(request.POST or None)
        if request.method == "POST" and file.is_ready:
            self._check(request, MAY_ASK)
            if form.is_valid():
                link = links.share(file, user=person(request), **form.cleaned_data)
                messages.success(request, _("The link for %(name)s is made.") % {"name": link.name})
                return redirect("admin:backoffice_bookscheck_month", file.pk)
        context = {
            "title": _("File of %(month)s")
            % {"month": date_format(file.first_on, "YEAR_MONTH_FORMAT")},
            "file": file,
            "month": Month(file.first_on),
            "is_live": file.finished_at is None,
            "links": [(link, links.address_of(link)) for link in links.of_file(file)],
            "downloads": file.downloads.select_related("link", "user").order_by("-pk")[:50],
            "form": form,
            "may_ask": request.user.has_perm(MAY_ASK),
        }
        return self.own_response(request, "admin/backoffice/bookscheck/file.html", context)

    @own_page("months/<uuid:key>/zip/", "backoffice_bookscheck_zip")
    def zip_file(self, request: HttpRequest, key: UUID) -> FileResponse:
        """The file, for who is signed in."""
        self._check(request)
        file = get_object_or_404(MonthFile, pk=key)
        if not file.is_ready:
            raise Http404
        links.note_download(file, user=person(request))
        return FileResponse(file.file.open(), as_attachment=True, filename=files.name_of(file))

    @own_page("months/links/<uuid:key>/revoke/", "backoffice_bookscheck_revoke", only_post=True)
    def revoke(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """End a link before its time."""
        self._check(request, MAY_ASK)
        link = get_object_or_404(MonthLink, pk=key)
        links.revoke(link.pk)
        messages.success(request, _("The link for %(name)s has ended.") % {"name": link.name})
        return redirect("admin:backoffice_bookscheck_month", link.month_file_id)

    def _check(self, request: HttpRequest, right: str = "") -> None:
        """:raises PermissionDenied: for who may not see the month's end, or lacks that right"""
        if not self.has_view_permission(request) or (right and not request.user.has_perm(right)):
            raise PermissionDenied
