"""Bulk actions on parcels: papers and next steps."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from accounts.seller_admin import person
from core.admin.bulk import Action, RowAction
from core.web.http import download
from inventory.forms import keys_in
from inventory.models import WarehouseKind
from shipping import carrier_exports, papers
from shipping.admin.pages import sends, show
from shipping.exceptions import NotYours
from shipping.forms import BatchForm
from shipping.models import Shipment
from shipping.models.shipment import ShipmentQuerySet
from shipping.services import dispatching, packing, tracking
from shipping.states import ShipmentStatus
from shipping.waybills import Waybill, waybills

# A form of more fields than Django takes would be refused without a word.
MAX = 500


def _printing(label: StrOrPromise, draw: Callable[[Sequence[Waybill]], bytes], name: str) -> Action:
    """An action that prints papers of all but cancelled parcels."""

    @admin.action(description=label, permissions=["view"])
    def print_papers(
        _page: ModelAdmin[Shipment], request: HttpRequest, queryset: ShipmentQuerySet
    ) -> HttpResponse | None:
        rows = waybills(queryset.exclude(status=ShipmentStatus.CANCELLED))
        if rows:
            return download(draw(rows), name)
        messages.error(request, _("All of these parcels were called off."))
        return None

    return print_papers


class BulkActions(ModelAdmin[Shipment]):
    """Actions of the parcel list. Viewing allows printing; dispatching needs its right."""

    actions = (
        "print_pick_list",
        "print_slips",
        "print_labels",
        "print_label_sheets",
        "pack_all",
        "send_all",
        "deliver_all",
        "export_all",
    )

    def has_send_permission(self, request: HttpRequest) -> bool:
        return sends(request)

    def get_urls(self) -> list[URLPattern]:
        send = self.admin_site.admin_view(self.send_chosen)
        return [path("send/", send, name="shipping_shipment_send_chosen"), *super().get_urls()]

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

    print_slips = _printing(
        gettext_lazy("Print packing slips"), papers.packing_slips, "packing-slips.pdf"
    )
    print_labels = _printing(
        gettext_lazy("Print labels, 100 × 150 mm"), papers.thermal_labels, "labels.pdf"
    )
    print_label_sheets = _printing(
        gettext_lazy("Print labels, A4"), papers.label_sheets, "labels-a4.pdf"
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

    @admin.action(description=gettext_lazy("Send"), permissions=["send"])
    def send_all(self, request: HttpRequest, queryset: ShipmentQuerySet) -> HttpResponse | None:
        """Ask for the carrier and the tracking numbers first."""
        waiting = queryset.sent_by(person(request)).to_send()
        rows = list(waiting.select_related("order", "carrier").order_by("number")[: MAX + 1])
        if not rows:
            messages.error(request, _("None of these parcels is to be sent."))
            return None
        if len(rows) > MAX:
            text = _("At most %(most)s parcels at once: choose fewer.") % {"most": MAX}
            messages.error(request, text)
            return None
        return self._ask(request, BatchForm(rows))

    def send_chosen(self, request: HttpRequest) -> HttpResponse:
        """Send the parcels of the page that asked."""
        if not self.has_send_permission(request):
            raise PermissionDenied
        keys = keys_in(request.POST, BatchForm.PREFIX)
        rows = Shipment.objects.filter(pk__in=keys).sent_by(person(request))
        chosen = list(rows.select_related("order", "carrier").order_by("number"))
        if not chosen:
            return _back()
        form = BatchForm(chosen, request.POST)
        if not form.is_valid():
            return self._ask(request, form, status=422)
        refused = dispatching.dispatch(
            [parcel.pk for parcel in chosen],
            actor_id=person(request).pk,
            carrier_id=form.carrier_id,
            tracking=form.numbers(),
        )
        return self._tell(request, chosen, refused)

    def _tell(
        self, request: HttpRequest, chosen: Sequence[Shipment], refused: Mapping[UUID, str]
    ) -> HttpResponse:
        """How many went well, on the list; or a page of the others with the reasons."""
        if number := len(chosen) - len(refused):
            text = ngettext("%(number)s parcel was sent.", "%(number)s parcels were sent.", number)
            self.message_user(request, text % {"number": number}, messages.SUCCESS)
        if not refused:
            return _back()
        reasons = [(parcel, refused[parcel.pk]) for parcel in chosen if parcel.pk in refused]
        title = _("These parcels stay as they were")
        return show(self, request, "refused", {"title": title, "reasons": reasons})

    def _ask(self, request: HttpRequest, form: BatchForm, status: int = 200) -> HttpResponse:
        context = {"title": _("Send parcels"), "form": form}
        return show(self, request, "send_chosen", context, status=status)


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:shipping_shipment_changelist"))


def _own(request: HttpRequest, parcel: Shipment) -> UUID:
    """
    The parcel's key.

    :raises NotYours: if another shop sends it
    """
    if not Shipment.objects.filter(pk=parcel.pk).sent_by(person(request)).exists():
        raise NotYours(_("Another shop sends this parcel."))
    return parcel.pk
