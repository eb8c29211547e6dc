"""Pages about rates: exported, imported, and what an order would cost."""

from io import StringIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.districts import common_districts
from core.admin.pages import OwnPages, own_page
from core.reports.tables import write_text
from core.web.http import download
from shipping import rate_tables
from shipping.models import ShippingMethod, ShippingRate
from shipping.rate_forms import CalculatorForm, RateFileForm
from shipping.rate_tables import COLUMNS, entries_of

MAX_SHOWN = 100
TO_REPLACE = (
    "shipping.change_shippingmethod",
    "shipping.add_shippingrate",
    "shipping.delete_shippingrate",
)


class RatePages(OwnPages[ShippingMethod]):
    """Adds the pages to the list of delivery methods."""

    change_list_template = "admin/shipping/shippingmethod/change_list.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = {"may_import": request.user.has_perms(TO_REPLACE)}
        return super().changelist_view(request, {**(extra_context or {}), **may})

    @own_page("rates.csv", "shipping_rates_export", needs="view")
    def export_rates(self, request: HttpRequest) -> HttpResponse:
        """Every rate as CSV."""
        file = StringIO()
        write_text(COLUMNS, entries_of(ShippingRate.objects.all()), "csv", file)
        return download(file.getvalue().encode(), "rates.csv")

    @own_page("rates/import/", "shipping_rates_import")
    def import_rates(self, request: HttpRequest) -> HttpResponse:
        """Look at a file; asked once more, put its rates in place."""
        if not request.user.has_perms(TO_REPLACE):
            raise PermissionDenied
        form = RateFileForm(request.POST or None, request.FILES or None)
        table = form.table if form.is_valid() else None
        if table and not table.problems and "apply" in request.POST:
            change = rate_tables.replace(table.entries)
            counts = _("%(added)s added, %(removed)s removed, %(kept)s as before.") % vars(change)
            self.message_user(request, counts, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:shipping_shippingmethod_changelist"))
        context = {
            "title": _("Import rates"),
            "form": form,
            "columns": ", ".join(COLUMNS),
            "table": table,
            "problems": table.problems[:MAX_SHOWN] if table else [],
            "change": rate_tables.compare(table.entries) if table else None,
        }
        is_wrong = form.errors or (table and table.problems)
        return self.own_response(request, "import", context, 422 if is_wrong else 200)

    @own_page("calculator/", "shipping_calculator", needs="view")
    def calculate(self, request: HttpRequest) -> HttpResponse:
        """What an order of so many kilograms would cost, and when it would come."""
        form = CalculatorForm(request.GET or None)
        context = {
            "title": _("What would it cost?"),
            "form": form,
            "offers": form.offers() if form.is_valid() else None,
            "districts": common_districts(),
        }
        return self.own_response(request, "calculator", context, 422 if form.errors else 200)
