from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.seller_admin import SellerOwnedAdmin
from core.admin.base import ReadOnlyAdmin, badge, dates
from inventory.models import (
    BackInStockRequest,
    StockAlert,
)


class OpenFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("open")), ("resolved", _("resolved"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("open", "resolved"):
            return queryset
        return queryset.filter(resolved_at__isnull=self.value() == "open")


@admin.register(StockAlert)
class StockAlertAdmin(SellerOwnedAdmin[StockAlert], ReadOnlyAdmin[StockAlert]):
    """What ran low or out, newest first. Each closes by itself as its level rises."""

    list_display = (
        "variant",
        "warehouse",
        badge("kind", _("kind")),
        "now",
        "stock_level",
        "created_at",
        "resolved_at",
        "available",
    )
    list_select_related = ("level__variant", "level__warehouse")
    list_filter = (dates("created_at"), OpenFilter, "kind", "level__warehouse")
    search_fields = ("level__variant__sku",)
    ordering = ("-pk",)

    @admin.display(description=_("variant"))
    def variant(self, alert: StockAlert) -> str:
        return str(alert.level.variant)

    @admin.display(description=_("warehouse"))
    def warehouse(self, alert: StockAlert) -> str:
        return str(alert.level.warehouse)

    @admin.display(description=_("now"))
    def now(self, alert: StockAlert) -> int:
        return alert.level.sellable

    @admin.display(description=_("stock level"))
    def stock_level(self, alert: StockAlert) -> str:
        address = reverse("admin:inventory_stocklevel_change", args=[alert.level_id])
        return format_html('<a href="{}">{}</a>', address, _("See why"))


@admin.register(BackInStockRequest)
class BackInStockRequestAdmin(ReadOnlyAdmin[BackInStockRequest]):
    list_display = ("variant", "email", "created_at", "notified_at")
    list_select_related = ("variant",)
    search_fields = ("variant__sku", "email")

    def title_of(self, request: BackInStockRequest) -> str:
        return request.email
