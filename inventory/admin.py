from typing import Any, cast

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.owned import SellerOwnedAdmin
from core.admin import ReadOnlyAdmin, badge
from inventory.models import (
    BackInStockRequest,
    Movement,
    Reservation,
    StockAlert,
    StockCount,
    StockLevel,
    StockLevelQuerySet,
    Transfer,
    Warehouse,
)
from inventory.selectors import explain


class StockFilter(admin.SimpleListFilter):
    title = _("stock")
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("low", _("below minimum")), ("out", _("sold out")), ("short", _("short"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "low":
            return cast("StockLevelQuerySet", queryset).below_minimum()
        condition = {"out": Q(left__lte=0), "short": Q(left__lt=0)}.get(str(self.value()))
        if condition is None:
            return queryset
        return queryset.annotate(left=F("on_hand") - F("committed") - F("reserved")).filter(
            condition
        )


@admin.register(Warehouse)
class WarehouseAdmin(SellerOwnedAdmin[Warehouse]):
    list_display = ("code", "name", "kind", "seller", "priority", "is_active")
    ordering = ("priority", "code")
    list_select_related = ("seller",)
    search_fields = ("code", "name")
    autocomplete_fields = ("seller",)


@admin.register(StockLevel)
class StockLevelAdmin(SellerOwnedAdmin[StockLevel]):
    """What lies where, and what of it is spoken for. The figures follow the movements."""

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
    fieldsets = (
        (None, {"fields": (("on_hand", "committed", "reserved", "available"),)}),
        (_("Limits and place"), {"fields": (("minimum", "maximum", "bin"),)}),
    )
    list_select_related = ("variant", "warehouse")
    list_filter = (StockFilter, "warehouse")
    search_fields = ("variant__sku", "variant__name")
    readonly_fields = ("variant", "warehouse", "on_hand", "committed", "reserved", "available")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("available"))
    def available(self, level: StockLevel) -> int:
        return level.available

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        level: StockLevel = context["original"]
        context |= {
            "subtitle": f"{level.variant} · {level.warehouse}",
            "why": explain(level),
            "sees_all": self.sees_all(request),
        }
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Movement)
class MovementAdmin(SellerOwnedAdmin[Movement], ReadOnlyAdmin[Movement]):
    """The ledger of the stock: why every figure is what it is."""

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
    list_filter = ("kind", "warehouse", "reference_kind")
    search_fields = ("variant__sku", "=reference")
    show_full_result_count = False
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
class ReservationAdmin(SellerOwnedAdmin[Reservation], ReadOnlyAdmin[Reservation]):
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
    list_filter = ("status", "reference_kind", "warehouse")
    search_fields = ("variant__sku", "=reference")
    show_full_result_count = False


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin[Transfer]):
    list_display = ("origin", "destination", "status", "dispatched_at", "received_at")
    list_select_related = ("origin", "destination")


@admin.register(StockCount)
class StockCountAdmin(ReadOnlyAdmin[StockCount]):
    list_display = ("warehouse", "status", "created_at", "posted_at")
    list_select_related = ("warehouse",)


@admin.register(StockAlert)
class StockAlertAdmin(ReadOnlyAdmin[StockAlert]):
    list_display = ("level", "kind", "available", "created_at", "resolved_at")
    list_select_related = ("level",)


@admin.register(BackInStockRequest)
class BackInStockRequestAdmin(ReadOnlyAdmin[BackInStockRequest]):
    list_display = ("variant", "email", "created_at", "notified_at")
    list_select_related = ("variant",)
