"""Bulk actions on parcels: papers and next steps."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.seller_admin import person
from core.admin.bulk import Action, RowAction
from core.web.http import download
from inventory.models import WarehouseKind
from shipping import carrier_exports, papers
from shipping.admin.pages import sends
from shipping.admin.sending import SendingPages, printed
from shipping.exceptions import NotYours
from shipping.models import Shipment
from shipping.models.shipment import ShipmentQuerySet
from shipping.services import packing, tracking
from shipping.states import ShipmentStatus
from shipping.waybills import Waybill, waybills

Answer = Callable[[HttpRequest, Sequence[Waybill]], HttpResponse]


def in_walking_order(rows: Sequence[Waybill]) -> list[Waybill]:
    """Papers as their parcels are picked. At most six queries."""
    by_key = {row.parcel.pk: row for row in rows}
    found = [row.parcel for row in rows]
    return [by_key[each.pk] for each in papers.in_walking_order(found, papers.picks_for(found))]


def _printing(label: StrOrPromise, answer: Answer) -> Action:
    """An action that prints papers of all but cancelled parcels."""

    @admin.action(description=label, permissions=["view"])
    def print_papers(
        _page: ModelAdmin[Shipment], request: HttpRequest, queryset: ShipmentQuerySet
    ) -> HttpResponse | None:
        rows = waybills(queryset.exclude(status=ShipmentStatus.CANCELLED))
        if rows:
            return answer(request, in_walking_order(rows))
        messages.error(request, _("All of these parcels were called off."))
        return None

    return print_papers


def _file_of(draw: Callable[[Sequence[Waybill]], bytes], name: str) -> Answer:
    return lambda _request, rows: download(draw(rows), name)


class BulkActions(SendingPages):
    """Actions of the parcel list. Viewing allows printing; dispatching needs its right."""

    actions = (
        "send_all",
        "pack_all",
        "deliver_all",
        "print_pick_list",
        "print_sheets",
        "print_slips",
        "print_labels",
        "print_label_sheets",
        "export_all",
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra = {"sends": sends(request), **(extra_context or {})}
        return super().changelist_view(request, extra)

    @admin.action(description=gettext_lazy("Print the pick list"), permissions=["view"])
    def print_pick_list(
        self, request: HttpRequest, queryset: ShipmentQuerySet
    ) -> HttpResponse | None:
        """Parcels to pack, except suppliers'."""
        waiting = queryset.filter(status=ShipmentStatus.PENDING)
        rows = list(waiting.exclude(warehouse__kind=WarehouseKind.DROPSHIPPING).order_by("pk"))
        if not rows:
            messages.error(request, _("None of these parcels is to be packed here."))
            return None
        return download(papers.pick_list(rows), "pick-list.pdf")

    print_sheets = _printing(gettext_lazy("Print slips and labels in one file"), printed)
    print_slips = _printing(
        gettext_lazy("Print packing slips"), _file_of(papers.packing_slips, "packing-slips.pdf")
    )
    print_labels = _printing(
        gettext_lazy("Print labels, 100 × 150 mm"), _file_of(papers.thermal_labels, "labels.pdf")
    )
    print_label_sheets = _printing(
        gettext_lazy("Print labels, A4"), _file_of(papers.label_sheets, "labels-a4.pdf")
    )

    @admin.action(description=gettext_lazy("Export for the carrier (CSV)"), permissions=["view"])
    def export_all(self, request: HttpRequest, queryset: ShipmentQuerySet) -> HttpResponse:
        return download(carrier_exports.written(waybills(queryset)), "shipments.csv")

    @admin.action(description=gettext_lazy("Pack"), permissions=["send"])
    @RowAction
    def pack_all(self, request: HttpRequest, parcel: Shipment) -> None:
        packing.pack(_own(request, parcel), person(request).pk)

    @admin.action(description=gettext_lazy("Mark as delivered"), permissions=["send"])
    @RowAction
    def deliver_all(self, request: HttpRequest, parcel: Shipment) -> None:
        tracking.deliver(_own(request, parcel), actor_id=person(request).pk)


def _own(request: HttpRequest, parcel: Shipment) -> UUID:
    """
    The parcel's key.

    :raises NotYours: if another shop sends it
    """
    if not Shipment.objects.filter(pk=parcel.pk).sent_by(person(request)).exists():
        raise NotYours(_("Another shop sends this parcel."))
    return parcel.pk
