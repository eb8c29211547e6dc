from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Lower
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.seller_admin import SellerOwnedAdmin
from audit.models import AuditEntry
from catalog import services
from catalog.admin.price_forms import ScheduledPriceForm
from catalog.models import PriceHistory, ScheduledPrice, ScheduledPriceStatus, Variant
from core.admin.base import ParentAdmin, ReadOnlyAdmin, badge
from core.admin.bulk import RowAction

TYPED = ("variant", "kind", "amount", "starts_at", "ends_at")


def _changed_by() -> Subquery:
    """The e-mail address of the user who changed the price at the start of a period."""
    begins = Lower(OuterRef("period"), output_field=DateTimeField())
    entries = AuditEntry.objects.filter(
        table=Variant._meta.db_table,
        object_id=Cast(OuterRef("variant"), TextField()),
        # Written by the same statement, just before the period.
        at__range=(begins - timedelta(seconds=5), begins),
        changes__has_any_keys=["price", "list_price", "sale_price", "price_modifier"],
    )
    person = User.objects.filter(pk=OuterRef("actor_id")).values("email")
    return Subquery(entries.order_by("-id").values(email=Subquery(person))[:1])


@admin.register(PriceHistory)
class PriceHistoryAdmin(ReadOnlyAdmin[PriceHistory]):
    """All periods of all prices, written by the database."""

    list_display = ("variant", "price", "list_price", "begins", "ends", "who")
    fields = list_display
    list_select_related = ("variant",)
    search_fields = ("variant__sku",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceHistory]:
        return super().get_queryset(request).annotate(changed_by=_changed_by())

    @admin.display(description=_("from"), ordering="period")
    def begins(self, row: PriceHistory) -> datetime | None:
        return row.period.lower

    @admin.display(description=_("until"))
    def ends(self, row: PriceHistory) -> datetime | str:
        return row.period.upper or str(_("still valid"))

    @admin.display(description=_("by"))
    def who(self, row: Any) -> str:
        """The user in the audit log; without one, an import or the scheduler changed the price."""
        return row.changed_by or str(_("the shop itself"))


@admin.register(ScheduledPrice)
class ScheduledPriceAdmin(SellerOwnedAdmin[ScheduledPrice], ParentAdmin[ScheduledPrice]):
    """Prices that start and end at a set time. Of a running one only the end can be changed."""

    form = ScheduledPriceForm
    list_display = (
        "variant",
        "kind",
        "amount",
        "starts_at",
        "ends_at",
        badge("status", _("status")),
        "note",
    )
    list_select_related = ("variant",)
    list_filter = ("status", "kind")
    search_fields = ("variant__sku", "variant__name")
    ordering = ("-starts_at", "pk")
    autocomplete_fields = ("variant",)
    actions = ("end_now",)
    sellers_may_change = True
    sellers_may_add = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_open = obj is None or obj.status in ("planned", "running")
        return is_open and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A price that has started can be ended, but not deleted."""
        if obj is None or obj.status != ScheduledPriceStatus.PLANNED:
            return False
        return self.has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: ScheduledPrice | None = None) -> list[Any]:
        is_asked = obj is None or obj.status == ScheduledPriceStatus.PLANNED
        return [*TYPED, *(("confirm_price",) if is_asked else ("status", "amount_before", "note"))]

    def get_readonly_fields(self, request: HttpRequest, obj: ScheduledPrice | None = None) -> Any:
        if obj is None or obj.status == ScheduledPriceStatus.PLANNED:
            return ()
        return (*(name for name in TYPED if name != "ends_at"), "status", "amount_before", "note")

    @admin.action(description=_("End the running ones now"), permissions=["change"])
    @RowAction
    def end_now(self, request: HttpRequest, price: ScheduledPrice) -> None:
        services.end_scheduled_price(price.pk)
