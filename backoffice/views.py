"""Reports on the screen, for staff and for the people of sellers."""

from datetime import timedelta
from io import StringIO
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.owned import person
from accounts.selectors import has_sellers, is_seller, seller_of
from backoffice import reports
from backoffice.forms import SalesForm
from core.http import download
from core.reports import Filters
from core.tables import write_text

DAYS_SHOWN = 30


def may_see_sales(user: User | AnonymousUser) -> bool:
    return user.has_perm("orders.view_order") or is_seller(user)


def sales_report(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The sales of some days by what is asked for; with `format=csv` as a file."""
    if not may_see_sales(request.user):
        raise PermissionDenied
    is_staff = request.user.has_perm("orders.view_order")
    today = timezone.localdate()
    form = SalesForm(
        {"since": today - timedelta(days=DAYS_SHOWN - 1), "until": today, "by": "day"}
        | request.GET.dict(),
        has_sellers=is_staff and has_sellers(),
    )
    asked = form.cleaned_data if form.is_valid() else None
    rows = []
    if asked:
        slug = form.seller_slug if is_staff else seller_of(person(request)).slug
        filters = Filters(seller=slug, since=asked["since"], until=asked["until"])
        rows = reports.sales(filters, asked["by"])
    if asked and request.GET.get("format") == "csv":
        file = StringIO()
        write_text(reports.GOODS_COLUMNS, rows, "csv", file)
        return download(file.getvalue().encode(), f"{asked['since']}-{asked['until']}.csv")
    context |= {
        "title": _("Sales report"),
        "form": form,
        "rows": rows,
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "admin/sales_report.html", context)
