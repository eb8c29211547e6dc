from django.contrib import admin
from django.db.models import URLField
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from accounts.owned import SellerOwned, SellerOwnedAdmin
from core.admin import ParentAdmin, ReadOnlyAdmin, ReadOnlyInline, badge
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
    ordering = ("name",)
    search_fields = ("name",)


@admin.register(Zone)
class ZoneAdmin(admin.ModelAdmin[Zone]):
    list_display = ("name", "country", "ubigeo_prefixes", "regions")
    ordering = ("name", "pk")
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


class ItemInline(SellerOwned[ShipmentItem], ReadOnlyInline):
    model = ShipmentItem
    fields = ("line", "quantity")


class EventInline(SellerOwned[ShipmentEvent], ReadOnlyInline):
    model = ShipmentEvent
    fields = ("created_at", "status", "place", "note", "actor")
    hidden_from_sellers = ("actor",)


@admin.register(Shipment)
class ShipmentAdmin(SellerOwnedAdmin[Shipment], ReadOnlyAdmin[Shipment]):
    """Parcels and their way."""

    list_display = (
        "number",
        "order",
        "seller",
        "warehouse",
        badge("status", _("status")),
        "carrier",
        "tracking_number",
        "shipped_at",
    )
    list_select_related = ("order", "seller", "warehouse", "carrier")
    list_filter = ("status", "carrier", "warehouse")
    search_fields = ("number", "order__number", "tracking_number")
    inlines = (ItemInline, EventInline)
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
