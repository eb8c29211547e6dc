from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from accounts.owned import SellerOwned, SellerOwnedAdmin
from catalog.admin.prices import PriceHistoryInline
from catalog.models import BundleComponent, Product, ProductImage, Variant, VariantOption
from core.admin import ParentAdmin, badge


class VariantInline(SellerOwned[Variant], admin.TabularInline[Variant, Product]):
    model = Variant
    fields = ("name", "sku", "sku_suffix", "slug", "price_modifier", "sale_price", "is_active")
    extra = 0
    show_change_link = True
    sellers_may_change = True


# The bases of modeltranslation disagree among themselves about what may not be changed.
class ImageInline(  # type: ignore[misc]
    SellerOwned[ProductImage], TranslationTabularInline[ProductImage, Product]
):
    model = ProductImage
    fields = ("picture", "variant", "alt", "position")
    raw_id_fields = ("variant",)
    extra = 0


class ComponentInline(admin.TabularInline[BundleComponent, Product]):
    model = BundleComponent
    autocomplete_fields = ("variant",)
    extra = 0


@admin.register(Product)
class ProductAdmin(SellerOwnedAdmin[Product], ParentAdmin[Product], TranslationAdmin[Product]):
    """What the shop shows. Prices and stock belong to the variants below."""

    list_display = (
        "name",
        "sku",
        "category",
        "seller",
        "price_from",
        badge("availability", _("availability")),
        "is_active",
    )
    list_select_related = ("category", "seller")
    list_filter = ("is_active", "availability", "kind", "seller", "category__family")
    search_fields = ("name", "sku", "slug", "variants__sku")
    ordering = ("name",)
    autocomplete_fields = ("category", "seller")
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("price_from", "availability", "rating_average", "rating_count", "units_sold")
    inlines = (VariantInline, ImageInline, ComponentInline)
    actions = ("pause_sales", "resume_sales")
    show_full_result_count = False
    sellers_may_change = True
    hidden_from_sellers = ("seller",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "sku", "description")}),
        (_("Place"), {"fields": ("category", "seller", "kind", "published_at", "language")}),
        (_("Price"), {"fields": ("base_price", "tax_class", "purchase_limit")}),
        (_("Specifications"), {"fields": ("attributes", "specifications")}),
        (_("State"), {"fields": ("is_active", "sales_paused")}),
        (
            _("Figures"),
            {
                "fields": (
                    "price_from",
                    "availability",
                    "rating_average",
                    "rating_count",
                    "units_sold",
                )
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> Any:
        """Whose a product is, and whether it may be sold at all, the house decides."""
        fields = super().get_readonly_fields(request, obj)
        return fields if self.sees_all(request) else (*fields, "seller", "sales_paused")

    def has_pause_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.change_product")

    @admin.action(description=_("Pause sales of the selected products"), permissions=["pause"])
    def pause_sales(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        queryset.update(sales_paused=True)

    @admin.action(description=_("Resume sales of the selected products"), permissions=["pause"])
    def resume_sales(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        queryset.update(sales_paused=False)


class OptionInline(  # type: ignore[misc]
    SellerOwned[VariantOption], TranslationTabularInline[VariantOption, Variant]
):
    model = VariantOption
    fields = ("name", "value", "key", "value_key", "position")
    extra = 0


@admin.register(Variant)
class VariantAdmin(SellerOwnedAdmin[Variant], ParentAdmin[Variant], TranslationAdmin[Variant]):
    """One size, colour or maker of a product."""

    list_display = ("sku", "name", "price", badge("availability", _("availability")), "is_active")
    ordering = ("sku",)
    list_filter = ("is_active", "availability", "is_featured", "is_new", "is_on_offer")
    search_fields = ("sku", "gtin", "name", "model", "product__name")
    autocomplete_fields = ("product", "brand", "category")
    readonly_fields = ("list_price", "price", "units_sold", "availability")
    inlines = (OptionInline, PriceHistoryInline)
    sellers_may_change = True
    show_full_result_count = False
