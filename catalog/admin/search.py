from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalog.admin.search_forms import SearchBoostForm, SynonymGroupForm
from catalog.models import SearchBoost, SynonymGroup
from core.admin import ReachableSelects


@admin.register(SynonymGroup)
class SynonymGroupAdmin(admin.ModelAdmin[SynonymGroup]):
    """Words that mean the same to shoppers."""

    form = SynonymGroupForm
    list_display = ("__str__",)
    ordering = ("words",)
    search_fields = ("words",)
    search_help_text = _("Whole words, as they are written here")


@admin.register(SearchBoost)
class SearchBoostAdmin(ReachableSelects[SearchBoost], admin.ModelAdmin[SearchBoost]):
    """What is to stand further up or down, and in which searches."""

    form = SearchBoostForm
    list_display = ("shown_query", "target", "factor", "position")
    list_display_links = ("shown_query", "target")
    list_select_related = ("product", "category", "brand")
    ordering = ("query", "position", "pk")
    search_fields = ("query", "product__name", "category__name", "brand__name")
    autocomplete_fields = ("product", "category", "brand")
    fieldsets = (
        (None, {"fields": ("query",)}),
        (_("What to move: one of the three"), {"fields": ("product", "category", "brand")}),
        (_("How far: one of the two"), {"fields": ("factor", "position")}),
    )

    @admin.display(description=_("search"), ordering="query")
    def shown_query(self, boost: SearchBoost) -> Any:
        return boost.query or format_html("<em>{}</em>", _("all searches"))

    @admin.display(description=_("what"))
    def target(self, boost: SearchBoost) -> str:
        return str(boost.product or boost.category or boost.brand)
