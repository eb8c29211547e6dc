from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from catalog.models import Collection, CollectionProduct, Kit, KitItem
from core.admin import ParentAdmin


class KitItemInline(admin.TabularInline[KitItem, Kit]):
    model = KitItem
    autocomplete_fields = ("product",)
    extra = 0


@admin.register(Kit)
class KitAdmin(ParentAdmin[Kit], TranslationAdmin[Kit]):
    """Rooms and outfits that are sold together, with their discount."""

    list_display = ("name", "room_type", "discount_percent", "is_active")
    ordering = ("name",)
    search_fields = ("name",)
    autocomplete_fields = ("product",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (KitItemInline,)


class CollectionProductInline(admin.TabularInline[CollectionProduct, Collection]):
    model = CollectionProduct
    autocomplete_fields = ("product",)
    extra = 0


@admin.register(Collection)
class CollectionAdmin(ParentAdmin[Collection], TranslationAdmin[Collection]):
    """Collections and drops. A drop's products are sold inside its window only."""

    list_display = ("name", "type", "starts_at", "ends_at", "is_active")
    ordering = ("-starts_at", "name")
    list_filter = ("type", "is_active")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (CollectionProductInline,)

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["help_texts"] = {
            "payment_methods": _(
                "Codes, with commas between. Empty means all; for a drop, those paid within half an"
                " hour."
            ),
            "hold_minutes": _("Empty means the shop's own time."),
            "shows_exact_stock": _("Else shoppers read “in stock”, “last units” or “sold out”."),
            "is_active": _("What is not active binds nobody: its products are sold as ever."),
        }
        return super().get_form(*args, **kwargs)
