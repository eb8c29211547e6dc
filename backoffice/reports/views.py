"""Reports on the screen and as files, for staff and for the people of sellers."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.seller_admin import person
from backoffice.reports.forms import ReportForm
from backoffice.reports.pages import FILES, as_file, sheet
from backoffice.reports.registry import REPORTS, may_see, sections_for
from core.database.replica import from_primary, may_read_replica


def report_index(request: HttpRequest, context: dict[str, Any]) -> HttpResponseBase:
    """The reports that the person may see, with what each is good for."""
    sections = sections_for(request.user)
    if not sections:
        raise PermissionDenied
    context |= {"title": _("Reports"), "sections": sections}
    return TemplateResponse(request, "admin/reports.html", context)


@may_read_replica
def report(request: HttpRequest, context: dict[str, Any], name: str) -> HttpResponseBase:
    """
    One report: its first rows and its sums; with `file=csv`, `xlsx` or `json` all of it as a file.

    A question that makes no sense is answered by a sentence beside its field.
    """
    found = REPORTS.get(name)
    if found is None:
        raise Http404
    if not may_see(request.user, found):
        raise PermissionDenied
    form = ReportForm(request.GET, report=found, user=person(request))
    is_asked = form.is_valid()
    kind = request.GET.get("file")
    if is_asked and kind in FILES:
        with from_primary():  # a replica may break off what takes long
            return as_file(found, form.columns, form.filters, kind)
    sort = form.cleaned_data["sort"] if is_asked else ""
    context |= {
        "title": found.title,
        "report": found,
        "form": form,
        "sheet": sheet(found, form.columns, form.filters, sort) if is_asked else None,
        "files": FILES,
    }
    return TemplateResponse(request, "admin/report.html", context)
