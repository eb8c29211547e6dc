from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from catalog.models import Brand, Category, Family


@admin.register(Family)
class FamilyAdmin(TranslationAdmin[Family]):
    """The departments of the shop. One needs a category before it can be active."""

    list_display = ("name", "slug", "position", "is_active")
    list_editable = ("position",)
    ordering = ("position", "name")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Category)
class CategoryAdmin(TranslationAdmin[Category]):
    """The shelves of each family, any depth."""

    list_display = ("name", "family", "parent", "position", "is_active")
    ordering = ("family__position", "name")
    list_select_related = ("family", "parent")
    list_filter = ("family", "is_active")
    search_fields = ("name", "slug")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Brand)
class BrandAdmin(TranslationAdmin[Brand]):
    list_display = ("name", "country", "is_active")
    ordering = ("name",)
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
