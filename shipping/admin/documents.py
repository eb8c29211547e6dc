"""The papers of one parcel, as downloads of its page."""

from typing import cast
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from core.web.http import download
from shipping import papers
from shipping.models import Shipment
from shipping.models.shipment import ShipmentQuerySet
from shipping.waybills import waybills

DOCUMENTS = {
    "slip": papers.packing_slips,
    "label": papers.thermal_labels,
    "label-a4": papers.label_sheets,
}


class DocumentPages(ModelAdmin[Shipment]):
    """Adds slip and labels to the page of a parcel."""

    def get_urls(self) -> list[URLPattern]:
        give = self.admin_site.admin_view(self.download_document)
        name = "shipping_shipment_paper"
        return [
            path("<uuid:object_id>/<slug:kind>.pdf", give, name=name),
            *super().get_urls(),
        ]

    def download_document(self, request: HttpRequest, object_id: UUID, kind: str) -> HttpResponse:
        """One of the parcel's papers."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = cast("ShipmentQuerySet", self.get_queryset(request).filter(pk=object_id))
        rows = waybills(found)
        if not rows or kind not in DOCUMENTS:
            raise Http404
        return download(DOCUMENTS[kind](rows), f"{rows[0].parcel.number}-{kind}.pdf")
