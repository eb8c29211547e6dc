from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from accounts.selectors import sees_costs
from accounts.seller_admin import SellerOwned, SellerOwnedAdmin
from catalog import services
from catalog.admin import prices_page
from catalog.admin.bulk import BulkAdmin
from catalog.admin.product_forms import VariantForm
from catalog.models import Variant, VariantOption
from catalog.selectors import price_course
from core.admin.base import ParentAdmin, badge
from core.admin.pages import own_page


class OptionInline(  # type: ignore[misc]
    SellerOwned[VariantOption], TranslationTabularInline[VariantOption, Variant]
):
    model = VariantOption
    fields = ("name", "value", "key", "value_key", "position")
    extra = 0


@admin.register(Variant)
class VariantAdmin(
    BulkAdmin[Variant], SellerOwnedAdmin[Variant], ParentAdmin[Variant], TranslationAdmin[Variant]
):
    """A size, colour or other version of a product."""

    form = VariantForm
    list_display = (
        "sku",
        "name",
        "list_price",
        "sale_price",
        badge("availability", _("availability")),
        "is_active",
    )
    list_select_related = ("product",)
    ordering = ("sku",)
    list_filter = ("is_active", "availability", "is_featured", "is_new", "is_on_offer")
    search_fields = ("sku", "gtin", "name", "model", "product__name")
    autocomplete_fields = ("product", "brand", "category")
    fieldsets = (
        (None, {"fields": ("product", "name", "sku", "sku_suffix", "slug", "gtin", "model")}),
        (
            _("Price"),
            {
                "fields": (
                    ("price_modifier", "sale_price"),
                    "confirm_price",
                    ("list_price", "price"),
                    "cost",
                )
            },
        ),
        (
            _("State"),
            {"fields": (("is_active", "is_featured", "is_new", "is_on_offer"), "position")},
        ),
        (_("Place"), {"fields": ("brand", "category", "description")}),
        (
            _("Measures"),
            {"fields": (("weight_kg", "warranty_months"), ("length_cm", "width_cm", "height_cm"))},
        ),
        (_("Figures"), {"fields": ("units_sold", "availability")}),
    )
    readonly_fields = ("list_price", "price", "units_sold", "availability")
    inlines = (OptionInline,)
    actions = ("change_prices", "activate", "deactivate")
    sellers_may_change = True

    def _shown(self, request: HttpRequest, names: Sequence[Any]) -> list[Any]:
        """The cost is for who sets, buys or books it; a seller's people know their own."""
        shown: list[Any] = super()._shown(request, names)
        may = sees_costs(request.user) or self.acts_for_seller(request)
        return shown if may else [name for name in shown if name != "cost"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The page of a product leads to its variants."""
        return lookup == "product__id__exact" or super().lookup_allowed(lookup, value, request)

    def variants_of(self, rows: QuerySet[Variant]) -> QuerySet[Variant]:
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Variant | None = None) -> Any:
        """A variant never moves to another product: orders and stock rely on it."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else (*fields, "product")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        variant: Variant | None = context.get("original")
        if variant is not None:
            context |= {"course": price_course(variant)}
        return super().render_change_form(request, context, *args, **kwargs)

    def hold(self, row: Variant) -> None:
        """Lock the product first: the database writes the variant's prices to it."""
        services.locked_with_product(row.pk)

    @own_page("prices/", "catalog_variant_prices", needs="change", only_post=True)
    def set_prices(self, request: HttpRequest) -> HttpResponse:
        """The page of new prices for the selected variants that the user may change."""
        return prices_page.page(request, self, self.get_queryset(request))
