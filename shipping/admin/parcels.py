"""Pages about one parcel: the counter where it is handed over, its papers as downloads."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.seller_admin import person
from core.admin.pages import OwnPages, own_page
from core.exceptions import DomainError
from core.web.http import download
from shipping import papers
from shipping.models import Shipment
from shipping.models.shipment import ShipmentQuerySet
from shipping.services import pickup_counter
from shipping.waybills import waybills

PAPERS = {
    "slip": papers.packing_slips,
    "label": papers.thermal_labels,
    "label-a4": papers.label_sheets,
}


class ParcelPages(OwnPages[Shipment]):
    """Adds the pages to the list of parcels."""

    change_list_template = "admin/shipping/shipment/change_list.html"

    @own_page("counter/", "shipping_counter", needs="shipping.change_shipment")
    def counter(self, request: HttpRequest) -> HttpResponse:
        """Type the code that the buyer says, look at the parcel, hand it over."""
        code, actor_id = request.POST.get("code", "")[:40], person(request).pk
        context: dict[str, Any] = {"title": _("Hand over at the counter"), "code": code}
        if request.method == "POST":
            try:
                parcels = cast("ShipmentQuerySet", self.get_queryset(request))
                parcels = parcels.select_related("order", "warehouse")
                parcel = pickup_counter.find_by_code(code, parcels, actor_id=actor_id)
                if "hand_over" in request.POST:
                    pickup_counter.hand_over(parcel.pk, code, actor_id=actor_id)
                    text = _("%s is handed over.") % parcel
                    self.message_user(request, text, messages.SUCCESS)
                    return HttpResponseRedirect(reverse("admin:shipping_counter"))
                context["parcel"] = parcel
                context["address"] = parcel.order.addresses.filter(kind="shipping").first()
                context["items"] = parcel.items.select_related("line").order_by("line__position")
            except DomainError as refusal:
                context["refusal"] = str(refusal)
        return self.own_response(request, "counter", context, 422 if "refusal" in context else 200)

    @display(description=_("carrier's label"))
    def carrier_label(self, parcel: Shipment) -> str:
        if not parcel.label:
            return "–"
        address = reverse("admin:shipping_shipment_label", args=[parcel.pk])
        return format_html('<a href="{}">PDF</a>', address)

    @own_page("<uuid:object_id>/carrier-label/", "shipping_shipment_label")
    def carrier_label_pdf(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The label as a download: nothing in it runs in the back office."""
        parcel = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not self.has_view_permission(request, parcel):
            raise PermissionDenied
        if not parcel.label:
            raise Http404
        with parcel.label.open() as file:
            return download(file.read(), f"{parcel.number}.pdf")

    @own_page("<uuid:object_id>/<slug:kind>.pdf", "shipping_shipment_paper", needs="view")
    def paper_pdf(self, request: HttpRequest, object_id: UUID, kind: str) -> HttpResponse:
        """The parcel's slip or label."""
        found = cast("ShipmentQuerySet", self.get_queryset(request).filter(pk=object_id))
        rows = waybills(found)
        if not rows or kind not in PAPERS:
            raise Http404
        return download(PAPERS[kind](rows), f"{rows[0].parcel.number}-{kind}.pdf")
