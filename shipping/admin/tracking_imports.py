"""The page that imports carriers' files: a dry run first, then the import."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.seller_admin import person
from core.admin.pages import OwnPages, own_page
from shipping.admin.pages import sends
from shipping.forms import TrackingFileForm
from shipping.models import Shipment
from shipping.services import tracking_imports

MAX_SHOWN = 100


class TrackingFilePages(OwnPages[Shipment]):
    """Adds the page to the list of parcels."""

    @own_page("import/", "shipping_tracking_import")
    def import_tracking(self, request: HttpRequest) -> HttpResponse:
        """Try the file out; asked once more, carry it out."""
        if not sends(request):
            raise PermissionDenied
        parcels = Shipment.objects.all().sent_by(person(request))
        form = TrackingFileForm(parcels, request.POST or None, request.FILES or None)
        table = form.table if form.is_valid() else None
        outcome, problems = None, table.problems if table else []
        if table and not problems and "apply" in request.POST:
            return self._carried_out(request, table)
        if table and not problems:
            outcome = tracking_imports.carry_out(
                table.steps, actor_id=person(request).pk, is_dry=True
            )
            problems = outcome.problems
        context = {
            "title": _("Import tracking numbers"),
            "form": form,
            "outcome": outcome,
            "problems": problems[:MAX_SHOWN],
            "columns": ", ".join(tracking_imports.COLUMNS),
            "statuses": ", ".join(tracking_imports.STATUSES),
        }
        return self.own_response(
            request, "import", context, 422 if form.errors or problems else 200
        )

    def _carried_out(self, request: HttpRequest, table: tracking_imports.Table) -> HttpResponse:
        """Rows refused since the dry run are reported one by one."""
        outcome = tracking_imports.carry_out(table.steps, actor_id=person(request).pk)
        counts = {"changed": len(outcome.changed), "same": len(outcome.unchanged)}
        text = _("%(changed)s parcels changed, %(same)s were so already.") % counts
        self.message_user(request, text, messages.SUCCESS)
        for problem in outcome.problems[:MAX_SHOWN]:
            self.message_user(request, problem.text, messages.ERROR)
        return HttpResponseRedirect(reverse("admin:shipping_shipment_changelist"))
