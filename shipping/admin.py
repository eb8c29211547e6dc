from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin

from accounts.models import Seller
from core.admin import ParentAdmin, ReadOnlyAdmin, ReadOnlyInline
from shipping.models import (
    Carrier,
    Shipment,
    ShipmentEvent,
    ShipmentItem,
    ShippingMethod,
    ShippingRate,
    Zone,
)


@admin.register(Carrier)
class CarrierAdmin(admin.ModelAdmin[Carrier]):
    list_display = ("name", "code", "is_active")
    search_fields = ("name",)


@admin.register(Zone)
class ZoneAdmin(admin.ModelAdmin[Zone]):
    list_display = ("name", "country", "ubigeo_prefixes", "regions")
    search_fields = ("name",)


class RateInline(admin.TabularInline[ShippingRate, ShippingMethod]):
    model = ShippingRate
    extra = 0


@admin.register(ShippingMethod)
class ShippingMethodAdmin(ParentAdmin[ShippingMethod], TranslationAdmin[ShippingMethod]):
    """The ways to get an order, with their rates by zone and weight."""

    list_display = ("name", "kind", "carrier", "free_over", "position", "is_active")
    list_select_related = ("carrier",)
    search_fields = ("name", "code")
    inlines = (RateInline,)


class ItemInline(ReadOnlyInline):
    model = ShipmentItem
    fields = ("line", "quantity")


class EventInline(ReadOnlyInline):
    model = ShipmentEvent
    fields = ("created_at", "status", "place", "note", "actor")


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin[Shipment]):
    """Parcels and their way."""

    list_display = (
        "number",
        "order",
        "seller",
        "warehouse",
        "status",
        "carrier",
        "tracking_number",
        "shipped_at",
    )
    list_select_related = ("order", "seller", "warehouse", "carrier")
    list_filter = ("status", "carrier", "warehouse")
    search_fields = ("number", "order__number", "tracking_number")
    inlines = (ItemInline, EventInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        found = super().get_queryset(request)
        if request.user.is_superuser or request.user.has_perm("shipping.view_shipment"):
            return found
        return found.filter(seller__in=Seller.objects.for_user(request.user))
