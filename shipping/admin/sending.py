"""Pack and send many parcels in one step: looked at, sent, printed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.seller_admin import person
from core.admin.pages import OwnPages, own_page
from core.reports.base import listed
from core.web.http import download
from inventory.forms import keys_in
from shipping import papers
from shipping.admin.pages import sends
from shipping.forms import BatchForm
from shipping.models import Shipment
from shipping.models.shipment import ShipmentQuerySet
from shipping.papers.picking import Pick
from shipping.services import sending
from shipping.states import ShipmentStatus
from shipping.waybills import Waybill, waybills

# A form of more fields than Django takes would be refused without a word.
MAX = 500
_MAX_NAMED = 10


@dataclass(frozen=True, kw_only=True)
class SendingRow:
    """A parcel that is about to leave: where it goes, what it is packed with, what stops it."""

    waybill: Waybill
    field: BoundField
    picks: Sequence[tuple[Pick, int]]
    obstacle: str


class SendingPages(OwnPages[Shipment]):
    """Adds the page to the list of parcels. Sending needs its right."""

    def has_send_permission(self, request: HttpRequest) -> bool:
        return sends(request)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Shipment], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """The commonest action has a button of its own beside the choice of all of them."""
        if "send" not in request.POST or not self.has_send_permission(request):
            return super().response_action(request, queryset, *args, **kwargs)
        parcels = cast("ShipmentQuerySet", queryset)
        if request.POST.get("select_across") == "1":
            return self.send_all(request, parcels)
        chosen = keys_in(request.POST.getlist(ACTION_CHECKBOX_NAME), "")
        return self.send_all(request, parcels.filter(pk__in=chosen))

    @admin.action(description=gettext_lazy("Pack and send"), permissions=["send"])
    def send_all(self, request: HttpRequest, queryset: ShipmentQuerySet) -> HttpResponse | None:
        """Show what is to leave first, in the order in which it is picked."""
        waiting = queryset.sent_by(person(request)).to_send()
        keys = list(waiting.order_by("number").values_list("pk", flat=True)[: MAX + 1])
        if not keys:
            messages.error(request, _("None of these parcels is to be sent."))
            return None
        if len(keys) > MAX:
            text = _("At most %(most)s parcels at once: choose fewer.") % {"most": MAX}
            messages.error(request, text)
            return None
        return self._ask(request, waybills(Shipment.objects.filter(pk__in=keys)))

    @own_page("send/", "shipping_shipment_send_chosen")
    def send_chosen(self, request: HttpRequest) -> HttpResponse:
        """Pack and send the parcels of the page that asked, and say what became of each."""
        rows = self._chosen(request)
        if not rows:
            return HttpResponseRedirect(reverse("admin:shipping_shipment_changelist"))
        form = BatchForm([row.parcel for row in rows], request.POST)
        if not form.is_valid():
            return self._ask(request, rows, form, status=422)
        outcome = sending.pack_and_send(
            [row.parcel.pk for row in rows],
            actor_id=person(request).pk,
            carrier_id=form.carrier_id,
            tracking=form.numbers(),
        )
        return self._tell(request, [row.parcel.pk for row in rows], outcome)

    @own_page("send/papers.pdf", "shipping_shipment_print_chosen")
    def print_chosen(self, request: HttpRequest) -> HttpResponse:
        """Slips and labels, in the order of the page that asked."""
        chosen = self._chosen(request)
        rows = [row for row in chosen if row.parcel.status != ShipmentStatus.CANCELLED]
        if not rows:
            return HttpResponseRedirect(reverse("admin:shipping_shipment_changelist"))
        return printed(request, rows)

    def _chosen(self, request: HttpRequest) -> list[Waybill]:
        """The parcels whose fields were posted, in their order."""
        if not self.has_send_permission(request):
            raise PermissionDenied
        keys = keys_in(request.POST, BatchForm.PREFIX)[:MAX]
        return _in_order(Shipment.objects.filter(pk__in=keys).sent_by(person(request)), keys)

    def _ask(
        self,
        request: HttpRequest,
        bills: Sequence[Waybill],
        form: BatchForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        form = form or BatchForm([bill.parcel for bill in bills])
        rows = _rows(bills, form, person(request).pk)
        held = sum(1 for row in rows if row.obstacle)
        context: dict[str, Any] = {"title": _("Pack and send"), "form": form, "rows": rows}
        context |= {"held": held, "leaving": len(rows) - held}
        return self.own_response(request, "send_chosen", context, status=status)

    def _tell(
        self, request: HttpRequest, keys: Sequence[UUID], outcome: sending.Outcome
    ) -> HttpResponse:
        """What left and what did not, with the papers of what did."""
        rows = _in_order(Shipment.objects.filter(pk__in=keys), keys)
        left = [row for row in rows if row.parcel.has_left]
        context = {
            "title": _("Pack and send"),
            "sent": left,
            "waiting": _with_reasons(rows, outcome.waiting),
            "refused": _with_reasons(rows, outcome.refused),
        }
        return self.own_response(request, "sent", context)


def printed(request: HttpRequest, rows: Sequence[Waybill]) -> HttpResponse:
    """Slips and labels in one file; the next page says which carrier's label is not in it."""
    file, left_out = papers.sheets_with_carrier_labels(rows)
    if left_out:
        text = _("Not in the file, because it cannot be read: the carrier’s label of %(parcels)s.")
        numbers = listed([row.parcel.number for row in left_out], _MAX_NAMED)
        where = _("Download it on the parcel’s page.")
        messages.warning(request, f"{text % {'parcels': numbers}} {where}")
    return download(file, "papers.pdf")


def _rows(bills: Sequence[Waybill], form: BatchForm, actor_id: UUID) -> list[SendingRow]:
    """In the order of the shelves. The number of queries does not grow with the parcels."""
    found = {bill.parcel.pk: bill for bill in bills}
    parcels = [bill.parcel for bill in bills]
    picks = papers.picks_for(parcels)
    reasons = sending.obstacles(parcels, actor_id)
    fields = {parcel.pk: field for parcel, field in form.rows()}
    return [
        SendingRow(
            waybill=found[parcel.pk],
            field=fields[parcel.pk],
            picks=_of_parcel(parcel, picks),
            obstacle=reasons.get(parcel.pk, ""),
        )
        for parcel in papers.in_walking_order(parcels, picks)
    ]


def _of_parcel(parcel: Shipment, picks: Sequence[Pick]) -> list[tuple[Pick, int]]:
    return [(pick, pick.parcels[parcel.number]) for pick in picks if parcel.number in pick.parcels]


def _in_order(parcels: ShipmentQuerySet, keys: Iterable[UUID]) -> list[Waybill]:
    found = {bill.parcel.pk: bill for bill in waybills(parcels)}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _with_reasons(
    rows: Sequence[Waybill], reasons: Mapping[UUID, str]
) -> list[tuple[Waybill, str]]:
    return [(row, reasons[row.parcel.pk]) for row in rows if row.parcel.pk in reasons]
