from typing import Any

from constance import config
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, URLField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.selectors import is_seller
from accounts.seller_admin import SellerOwned, person
from accounts.workflow_admin import StepsAdmin
from core.admin.base import ReadOnlyAdmin, ReadOnlyInline, badge, dates
from core.exceptions import DomainError
from inventory.exceptions import LevelIsShort
from orders.buyer_fingerprint import phone_fingerprint
from orders.selectors import goes_to
from shipping import waybills
from shipping.admin import steps
from shipping.admin.bulk import BulkActions
from shipping.admin.packing import PackingPages
from shipping.admin.parcels import ParcelPages
from shipping.admin.tracking_imports import TrackingFilePages
from shipping.forms import CodeForm, DetailsForm, JoinForm, SeenForm, SendForm, SplitForm
from shipping.models import Shipment, ShipmentEvent, ShipmentItem
from shipping.services import packing
from shipping.states import ShipmentStatus
from shipping.todo import Todo, parcels_to


class TodoFilter(admin.SimpleListFilter):
    title = gettext_lazy("what is to be done")
    parameter_name = "todo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Todo.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        todo = self.value()
        return queryset.filter(parcels_to(Todo(todo))) if todo in Todo.values else queryset


class ItemInline(SellerOwned[ShipmentItem], ReadOnlyInline):
    model = ShipmentItem
    fields = ("product", "quantity")
    readonly_fields = ("product",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShipmentItem]:
        return super().get_queryset(request).select_related("line")

    @admin.display(description=gettext_lazy("product"))
    def product(self, item: ShipmentItem) -> str:
        return f"{item.line.name} · {item.line.sku}"


class EventInline(SellerOwned[ShipmentEvent], ReadOnlyInline):
    model = ShipmentEvent
    fields = ("created_at", "status", "place", "note", "actor")
    hidden_from_sellers = ("actor",)


@admin.register(Shipment)
class ShipmentAdmin(
    ParcelPages,
    PackingPages,
    TrackingFilePages,
    BulkActions,
    StepsAdmin[Shipment],
    ReadOnlyAdmin[Shipment],
):
    """Shipments; the next steps are buttons on their pages."""

    steps = steps.STEPS
    is_exported = True
    list_display = (
        "number",
        "order",
        "seller",
        "warehouse",
        badge("status", gettext_lazy("status")),
        "way",
    )
    exported = (
        *("number", "order", "seller", "warehouse", "status", "carrier", "tracking_number"),
        *("created_at", "shipped_at"),
    )
    list_select_related = ("order", "seller", "warehouse", "carrier")
    list_filter = (
        dates("created_at"),
        TodoFilter,
        "status",
        "carrier",
        "warehouse",
        "is_pickup",
    )
    search_fields = ("number", "order__number", "tracking_number")
    search_help_text = gettext_lazy("Number, tracking number or phone")
    ordering = ("-pk",)
    inlines = (ItemInline, EventInline)
    # Private files have no public address; the other facts are above the fields.
    exclude = ("label", "number", "status", "decision", "is_pickup", "metadata")
    readonly_fields = ("carrier_label",)
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Shipment], search_term: str
    ) -> tuple[QuerySet[Shipment], bool]:
        """By the buyer's phone as a caller says it; a seller's people by who gets it, too."""
        found, has_twins = super().get_search_results(request, queryset, search_term)
        if self.sees_all(request):
            phones = phone_fingerprint(search_term, config.COUNTRY)
            called = queryset.filter(order__marks__overlap=list(phones))
            return (called if phones and called.exists() else found), has_twins
        if not search_term.strip("\0 "):
            return found, has_twins
        sent_to = Q(goes_to(search_term.replace("\0", "").split(), "order_id"))
        return queryset.filter(sent_to | Q(pk__in=found.values("pk"))), has_twins

    def may_take_steps(self, request: HttpRequest) -> bool:
        """A seller's members see only the seller's parcels; others have a say in lost ones."""
        return self.may_send(request) or bool(self.decisions(request))

    @admin.display(description=gettext_lazy("carrier"), ordering="carrier")
    def way(self, parcel: Shipment) -> str:
        """Who carries it, and under which number."""
        return " · ".join(filter(None, (str(parcel.carrier or ""), parcel.tracking_number))) or "-"

    def may_send(self, request: HttpRequest) -> bool:
        return super().may_take_steps(request) or is_seller(request.user)

    def decisions(self, request: HttpRequest) -> set[str]:
        """What of an undelivered parcel the person decides: its money goes as other refunds do."""
        refunds = request.user.has_perm("payments.add_refund") and self.sees_all(request)
        resends = refunds or super().may_take_steps(request)
        return {*(("resend",) if resends else ()), *(("give-up",) if refunds else ())}

    def document(self, request: HttpRequest, object_id: str) -> Any:
        """Of a step: who sees all parcels and sends for one shop takes steps of that shop's."""
        found = super().document(request, object_id)
        match = request.resolver_match
        if match and match.kwargs.get("step") in self.decisions(request):
            return found
        if not Shipment.objects.sent_by(person(request)).filter(pk=found.pk).exists():
            raise PermissionDenied
        return found

    @method_decorator(require_POST)
    def take_step(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        may = step in self.decisions(request) if step in steps.DECISIONS else self.may_send(request)
        if not may:
            raise PermissionDenied
        return super().take_step(request, object_id, step)

    def why(self, request: HttpRequest, refusal: DomainError) -> str:
        """With a link to the short stock, for people who may see it."""
        if not isinstance(refusal, LevelIsShort):
            return str(refusal)
        if not request.user.has_perm("inventory.view_stocklevel"):
            return str(refusal)
        page = reverse("admin:inventory_stocklevel_change", args=[refusal.level_id])
        return format_html('{} <a href="{}">{}</a>', str(refusal), page, _("See the stock level"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        parcel: Shipment = context["original"]
        typed = context.get("typed", {})
        context |= {
            "steps": self._steps(request, parcel),
            "send": SendForm(parcel, typed.get("send")),
            "code": CodeForm(typed.get("hand-over")),
            "seen": SeenForm(typed.get("seen")),
            "details": self.may_send(request)
            and DetailsForm(typed.get("details"), instance=parcel),
            "split": SplitForm(parcel, typed.get("split")),
            "join": JoinForm(parcel, typed.get("join")),
            "address": None if parcel.is_pickup else waybills.address_of(parcel.order),
            "held": packing.why_held(parcel),
            "late": [todo.label for todo in Todo if _is(parcel, todo)],
            "waits_for_supplier": parcel.status == ShipmentStatus.PENDING
            and not steps.steps_of(parcel),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def _steps(self, request: HttpRequest, parcel: Shipment) -> list[str]:
        decisions = self.decisions(request)
        possible = steps.steps_of(parcel)
        if not self.may_send(request):
            return [step for step in possible if step in decisions]
        can_join = JoinForm(parcel).has_others
        can_split = sum(item.quantity for item in parcel.items.all()) > 1
        hidden = {
            *(set(steps.DECISIONS) - decisions),
            *(() if can_join else ("join",)),
            *(() if can_split else ("split",)),
        }
        return [step for step in possible if step not in hidden]


def _is(parcel: Shipment, todo: Todo) -> bool:
    """Whether the parcel is in the list of overdue ones."""
    if todo in (Todo.PACK, Todo.SEND, Todo.FETCH):
        return False
    return Shipment.objects.filter(parcels_to(todo), pk=parcel.pk).exists()
