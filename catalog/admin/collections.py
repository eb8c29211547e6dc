from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from catalog.admin.collection_products import WithProducts
from catalog.models import Collection
from core.admin.base import CLEAN_PICTURES, ParentAdmin, ShownAtOnce


@admin.register(Collection)
class CollectionAdmin(
    WithProducts, ShownAtOnce[Collection], ParentAdmin[Collection], TranslationAdmin[Collection]
):
    """Collections and drops. Products of a drop are sold only during its window."""

    list_display = (
        "name",
        "type",
        "product_count",
        "starts_at",
        "ends_at",
        "position",
        "is_active",
    )
    list_editable = ("position", "is_active")
    formfield_overrides = CLEAN_PICTURES
    fieldsets = (
        (None, {"fields": ("name", "slug", "type", "description", "hero_image")}),
        (_("When"), {"fields": ("starts_at", "ends_at", "is_active", "position")}),
        (_("How it is sold"), {"fields": ("hold_minutes", "payment_methods", "shows_exact_stock")}),
    )
    ordering = ("-starts_at", "name")
    list_filter: ClassVar[Any] = ("type", "is_active")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Collection]:
        return super().get_queryset(request).annotate(products=Count("entries"))

    @admin.display(description=_("products"), ordering="products")
    def product_count(self, row: Any) -> str:
        address = reverse("admin:catalog_collection_products", args=[row.pk])
        return format_html('<a href="{}">{}</a>', address, row.products)

    def view_on_site(self, obj: Collection) -> str | None:
        """Inactive collections have no page."""
        return reverse("storefront:drop", args=[obj.slug]) if obj.is_active else None

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """No default type: it decides when products can be bought, so staff must choose it."""
        return {"type": "", **super().get_changeform_initial_data(request)}

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "type":
            kwargs["choices"] = [("", _("Choose one")), *db_field.choices]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Collection, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            text = _("It is not active yet: it has no page, and limits none of its products.")
            self.message_user(request, text, messages.WARNING)

    def response_add(
        self, request: HttpRequest, obj: Collection, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Continue with the page of products: a new collection has none."""
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        if "_save" not in request.POST or "_popup" in request.POST:
            return response
        return redirect("admin:catalog_collection_products", obj.pk)

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["help_texts"] = {
            "payment_methods": _(
                "None ticked means all; for a drop, those paid within half an hour."
            ),
            "hold_minutes": _("Empty means the shop's own time."),
            "shows_exact_stock": _(
                "Otherwise shoppers read “in stock”, “last units” or “sold out”."
            ),
            "is_active": _(
                "An inactive collection limits nothing: its products are sold as usual."
            ),
        }
        return super().get_form(*args, **kwargs)
