from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.seller_admin import SellerOwnedAdmin, person
from core.admin.base import ReadOnlyAdmin, badge, dates
from core.admin.optimistic_lock import hold_rows
from inventory import services
from inventory.admin import bulk
from inventory.causes import explain
from inventory.forms import CorrectionForm
from inventory.models import (
    Movement,
    Reservation,
    StockLevel,
    StockLevelQuerySet,
    Warehouse,
)
from inventory.sources import documents as documents_of

CausedT = TypeVar("CausedT", Movement, Reservation)


class StockFilter(admin.SimpleListFilter):
    title = _("stock")
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("low", _("below minimum")),
            ("out", _("sold out")),
            ("short", _("short")),
            ("held", _("mostly held")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        levels = cast("StockLevelQuerySet", queryset)
        if self.value() == "low":
            return levels.below_minimum()
        if self.value() == "held":
            return levels.mostly_held()
        condition = {"out": Q(left__lte=0), "short": Q(left__lt=0)}.get(str(self.value()))
        if condition is None:
            return queryset
        left = F("on_hand") - F("committed") - F("reserved")
        shown: QuerySet[Any] = queryset.annotate(left=left).filter(condition)
        return shown


@admin.register(Warehouse)
class WarehouseAdmin(SellerOwnedAdmin[Warehouse]):
    list_display = ("code", "name", "kind", "seller", "priority", "is_active")
    ordering = ("priority", "code")
    list_select_related = ("seller",)
    search_fields = ("code", "name")
    autocomplete_fields = ("seller",)


@admin.register(StockLevel)
class StockLevelAdmin(SellerOwnedAdmin[StockLevel]):
    """Stock levels: on hand and reserved by warehouse. The figures follow the movements."""

    is_exported = True
    list_display = (
        "variant",
        "warehouse",
        "on_hand",
        "committed",
        "reserved",
        "available",
        "minimum",
        "bin",
    )
    fieldsets = ((_("Limits and location"), {"fields": (("minimum", "maximum", "bin"),)}),)
    list_select_related = ("variant", "warehouse")
    list_filter = (StockFilter, "warehouse")
    search_fields = ("variant__sku", "variant__name")
    summed = ("on_hand", "committed", "reserved")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("available"))
    def available(self, level: StockLevel) -> int:
        return level.available

    def hold(self, row: StockLevel) -> None:
        """All levels of the variant, as every change of one locks them."""
        hold_rows(StockLevel.objects.filter(variant=row.variant_id))

    def save_model(self, request: HttpRequest, obj: StockLevel, form: Any, change: bool) -> None:
        """The page's figures are outdated by now, so only edited fields are written."""
        services.set_limits(obj, minimum=obj.minimum, maximum=obj.maximum, place=obj.bin)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        level: StockLevel = context["original"]
        why = explain(level)
        found = documents_of(self.admin_site, request, why.references)
        context |= {
            "subtitle": f"{level.variant} · {level.warehouse}",
            "sees_all": self.sees_all(request),
            "why": why,
            "correction": CorrectionForm(initial={"seen": level.on_hand})
            if self.may_correct(request)
            else None,
            "sold": [(claim, found.get(claim.reference)) for claim in why.sold],
            "held": [(claim, found.get(claim.reference)) for claim in why.held],
            "coming": [(line, found.get(line.transfer_id)) for line in why.coming],
            "latest": [(movement, found.get(movement.reference)) for movement in why.latest],
            "ledger": self._rows_of(level, "movement"),
            "all_holds": f"{self._rows_of(level, 'reservation')}&status__exact=active",
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        correct = self.admin_site.admin_view(self.correct)
        name = "inventory_stocklevel_correct"
        many = self.admin_site.admin_view(require_POST(bulk.page))
        return [
            path("<path:object_id>/correct/", correct, name=name),
            path("bulk/", many, name="inventory_stocklevel_bulk"),
            *super().get_urls(),
        ]

    def may_correct(self, request: HttpRequest) -> bool:
        """Staff with the right, and a seller's people, who see their own levels only."""
        return self.has_change_permission(request) or self.acts_for_seller(request)

    @method_decorator(require_POST)
    def correct(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Adjust or write off; bad input is shown again."""
        level: StockLevel | None = self.get_object(request, unquote(object_id))
        if level is None or not self.may_correct(request):
            raise PermissionDenied
        form = CorrectionForm(request.POST)
        if not form.is_valid():
            return self._ask_again(request, level, form)
        with self.refusals_told(request):
            level = services.correct(level, actor_id=person(request).pk, **form.cleaned_data)
            text = _("Adjusted: %(units)s units on hand now.") % {"units": level.on_hand}
            self.message_user(request, text, messages.SUCCESS)
        page = reverse("admin:inventory_stocklevel_change", args=[level.pk])
        return HttpResponseRedirect(page)

    def _ask_again(
        self, request: HttpRequest, level: StockLevel, form: CorrectionForm
    ) -> HttpResponse:
        context = {
            "title": f"{level.variant} · {level.warehouse}",
            "original": level,
            "correction": form,
        }
        template = "admin/inventory/stocklevel/ask_again.html"
        return self.own_response(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def _rows_of(self, level: StockLevel, name: str) -> str:
        """The address of the level's movements or reservations."""
        here = {"variant__id__exact": level.variant_id, "warehouse__id__exact": level.warehouse_id}
        return f"{reverse(f'admin:inventory_{name}_changelist')}?{urlencode(here)}"


class CausedAdmin(SellerOwnedAdmin[CausedT], ReadOnlyAdmin[CausedT]):
    """Rows that a document has caused; their page leads to it if the person may open it."""

    change_form_template = "admin/inventory/caused.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context["original"]
        found = documents_of(self.admin_site, request, [(row.reference_kind, row.reference)])
        context |= {
            "subtitle": f"{row.variant} · {row.warehouse}",
            "document": found.get(row.reference),
        }
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Movement)
class MovementAdmin(CausedAdmin[Movement]):
    """The ledger of the stock: why every figure is what it is."""

    is_exported = True
    list_display = (
        "created_at",
        "variant",
        "warehouse",
        "kind",
        "to_sell",
        "shelf",
        "left",
        "actor",
        "note",
    )
    list_select_related = ("variant", "warehouse", "actor")
    list_filter = (dates("created_at"), "kind", "warehouse", "reference_kind")
    search_fields = ("variant__sku", "=reference")
    hidden_from_sellers = ("actor", "note")

    @admin.display(description=_("to sell"))
    def to_sell(self, movement: Movement) -> str:
        return f"{movement.quantity:+}" if movement.quantity else "0"

    @admin.display(description=_("on the shelf"))
    def shelf(self, movement: Movement) -> str:
        return f"{movement.on_hand_delta:+}" if movement.on_hand_delta else "0"

    @admin.display(description=_("left"))
    def left(self, movement: Movement) -> int:
        return movement.on_hand_after


@admin.register(Reservation)
class ReservationAdmin(CausedAdmin[Reservation]):
    """Units held for carts and orders."""

    list_display = (
        "variant",
        "warehouse",
        "quantity",
        badge("status", _("status")),
        "reference_kind",
        "reference",
        "expires_at",
    )
    list_select_related = ("variant", "warehouse")
    list_filter = (dates("created_at"), "status", "reference_kind", "warehouse")
    search_fields = ("variant__sku", "=reference")
