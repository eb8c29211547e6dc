"""The packing table: a parcel is scanned, then each of its units, then it leaves."""

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.seller_admin import person
from core.admin.pages import OwnPages, own_page
from core.exceptions import DomainError
from core.web.device_features import with_camera
from shipping.admin import steps
from shipping.admin.pages import sends
from shipping.exceptions import WrongUnit
from shipping.forms import ScanForm, SendForm
from shipping.models import Shipment
from shipping.models.shipment import ShipmentQuerySet
from shipping.services import scanning
from shipping.states import ShipmentStatus
from shipping.waybills import waybills

MAX_FOUND = 20


def _count(request: HttpRequest, parcel: Shipment) -> str:
    """An empty field closes a parcel that is complete: the hands stay at the scanner."""
    form = ScanForm(request.POST)
    if not request.POST.get("code", "").strip():
        return _finish(request, parcel)
    if not form.is_valid():
        raise WrongUnit(_("This cannot be read: scan it again."))
    units = form.cleaned_data["units"] or 1
    row = scanning.count(parcel.pk, form.cleaned_data["code"], person(request).pk, units=units)
    shown = {"sku": row.variant.sku, "counted": row.counted, "wanted": row.wanted}
    return _("%(sku)s: %(counted)s of %(wanted)s.") % shown


def _finish(request: HttpRequest, parcel: Shipment) -> str:
    scanning.finish(parcel.pk, person(request).pk)
    return _("The parcel is packed.")


def _start_over(request: HttpRequest, parcel: Shipment) -> str:
    scanning.start_over(parcel.pk, person(request).pk)
    return _("Nothing is counted yet.")


def _take_over(request: HttpRequest, parcel: Shipment) -> str:
    scanning.take_over(parcel.pk, person(request).pk)
    return _("You are packing this parcel now.")


class PackingPages(OwnPages[Shipment]):
    """Adds the packing table to the list of parcels."""

    packing_steps: ClassVar[dict[str, Callable[[HttpRequest, Shipment], str]]] = {
        "count": _count,
        "finish": _finish,
        "start-over": _start_over,
        "take-over": _take_over,
        "send": steps.send,
    }

    @own_page("packing/", "shipping_packing")
    def find_parcel(self, request: HttpRequest) -> HttpResponse:
        """From a bar code to its parcel, or to the parcels of an order."""
        parcels = self._parcels(request)
        form = ScanForm(request.GET or None)
        found: list[Shipment] = []
        if form.is_valid():
            found = _by_code(parcels, form.cleaned_data["code"])
            if len(found) == 1:
                return HttpResponseRedirect(reverse("admin:shipping_pack", args=[found[0].pk]))
        is_unknown = form.is_bound and not found
        context = {"title": _("Packing table"), "form": form, "found": found}
        context["refusal"] = _("No parcel bears this code.") if is_unknown else ""
        status = 422 if is_unknown else 200
        return with_camera(self.own_response(request, "packing", context, status=status))

    @own_page("<uuid:object_id>/packing/", "shipping_pack")
    def pack_parcel(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The parcel on the table. Every step comes back to it, so that a reload repeats none."""
        parcel = get_object_or_404(self._parcels(request), pk=object_id)
        if request.method == "POST":
            return self._count_in(request, parcel)
        rows = scanning.packing_progress(parcel)
        (waybill,) = waybills(Shipment.objects.filter(pk=parcel.pk))
        packer = scanning.packer_of(parcel)
        context = {
            "title": parcel.number,
            "parcel": parcel,
            "waybill": waybill,
            "rows": sorted(rows, key=lambda row: row.is_complete),
            "is_complete": all(row.is_complete for row in rows),
            "counted": sum(min(row.counted, row.wanted) for row in rows),
            "wanted": sum(row.wanted for row in rows),
            "packer": packer if packer and packer.user.pk != request.user.pk else None,
            "send": SendForm(parcel),
        }
        return with_camera(self.own_response(request, "pack", context))

    def _count_in(self, request: HttpRequest, parcel: Shipment) -> HttpResponse:
        step = self.packing_steps.get(request.POST.get("step", "count"), _count)
        try:
            self.message_user(request, step(request, parcel), messages.SUCCESS)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            if step is steps.send:
                return HttpResponseRedirect(reverse("admin:shipping_packing"))
        return HttpResponseRedirect(reverse("admin:shipping_pack", args=[parcel.pk]))

    def _parcels(self, request: HttpRequest) -> ShipmentQuerySet:
        if not sends(request):
            raise PermissionDenied
        rows = Shipment.objects.all().sent_by(person(request))
        return rows.select_related("order", "warehouse", "carrier")


def _by_code(parcels: ShipmentQuerySet, code: str) -> list[Shipment]:
    """Parcels by their own number, their order's or their carrier's; those to pack come first."""
    number = scanning.normalize_code(code).upper()
    is_it = Q(number=number) | Q(order__number=number)
    is_it |= Q(tracking_number__in=[code, number]) & ~Q(tracking_number="")
    rows = parcels.filter(is_it).exclude(status=ShipmentStatus.CANCELLED).order_by("pk")
    found = sorted(rows[:MAX_FOUND], key=lambda row: row.status != ShipmentStatus.PENDING)
    exact = [row for row in found if row.number == number]
    return exact or found
