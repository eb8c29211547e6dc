from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from storefront.models import Banner, MenuItem, Page


@admin.register(Banner)
class BannerAdmin(TranslationAdmin[Banner]):
    """The slides of the home page."""

    list_display = ("title", "position", "starts_at", "ends_at", "is_active")


@admin.register(Page)
class PageAdmin(TranslationAdmin[Page]):
    """Pages of text, such as the returns policy."""

    list_display = ("title", "slug", "is_active")
    search_fields = ("title",)
    prepopulated_fields = {"slug": ("title",)}


@admin.register(MenuItem)
class MenuItemAdmin(TranslationAdmin[MenuItem]):
    list_display = ("label", "place", "page", "target_url", "position", "is_active")
    list_select_related = ("page",)
    list_filter = ("place",)
