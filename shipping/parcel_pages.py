"""The back office's pages about single parcels: over the counter, and the carrier's label."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import ModelAdmin, display
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.seller_admin import person
from core.exceptions import DomainError
from core.web.http import download
from shipping.models import Shipment
from shipping.models.shipment import ShipmentQuerySet
from shipping.services import pickup_counter

FOLDER = "admin/shipping/shipment"


class ParcelPages(ModelAdmin[Shipment]):
    """Adds the pages to the list of parcels."""

    change_list_template = f"{FOLDER}/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        label = wrap(self.give_label)
        return [
            path("counter/", wrap(self.counter), name="shipping_counter"),
            path("<uuid:object_id>/carrier-label/", label, name="shipping_shipment_label"),
            *super().get_urls(),
        ]

    def counter(self, request: HttpRequest) -> HttpResponse:
        """Type the code that the buyer says, look at the parcel, hand it over."""
        if not request.user.has_perm("shipping.change_shipment"):
            raise PermissionDenied
        code, actor_id = request.POST.get("code", "")[:40], person(request).pk
        context: dict[str, Any] = {"code": code}
        if request.method == "POST":
            try:
                parcel = self._waiting(request, code, actor_id)
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
        context |= {
            **self.admin_site.each_context(request),
            "title": _("Hand over at the counter"),
            "opts": self.opts,
        }
        status = 422 if "refusal" in context else 200
        return TemplateResponse(request, f"{FOLDER}/counter.html", context, status=status)

    def _waiting(self, request: HttpRequest, code: str, actor_id: UUID) -> Shipment:
        parcels = cast("ShipmentQuerySet", self.get_queryset(request))
        parcels = parcels.select_related("order", "warehouse")
        return pickup_counter.find_by_code(code, parcels, actor_id=actor_id)

    @display(description=_("carrier's label"))
    def carrier_label(self, parcel: Shipment) -> str:
        if not parcel.label:
            return "–"
        address = reverse("admin:shipping_shipment_label", args=[parcel.pk])
        return format_html('<a href="{}">PDF</a>', address)

    def give_label(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The label as a download: nothing in it runs in the back office."""
        parcel = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not self.has_view_permission(request, parcel):
            raise PermissionDenied
        if not parcel.label:
            raise Http404
        with parcel.label.open() as file:
            return download(file.read(), f"{parcel.number}.pdf")
