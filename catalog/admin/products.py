from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from accounts.seller_admin import SellerOwned, SellerOwnedAdmin
from catalog import services
from catalog.admin import options_page
from catalog.admin.bulk import BulkAdmin
from catalog.admin.product_forms import (
    ImageForm,
    ImageFormSet,
    ProductForm,
    VariantFormSet,
    VariantRowForm,
    shown_by,
)
from catalog.images import rendition_name
from catalog.models import BundleComponent, Product, ProductImage, Variant
from catalog.selectors import obstacles
from core.admin.base import ParentAdmin, ReachableSelects, badge
from core.admin.bulk import asked_before
from core.web.picture_fields import PictureField

# Django accepts 1,000 fields in a form; more variants are edited in their own list.
MAX_ROWS = 40
_THUMBNAIL = 320


class VariantInline(SellerOwned[Variant], admin.TabularInline[Variant, Product]):
    model = Variant
    form = VariantRowForm
    formset = VariantFormSet
    fields = ("name", "sku", "sku_suffix", "slug", "price_modifier", "sale_price", "is_active")
    extra = 0
    # The variant's own page explains why it cannot be deleted.
    can_delete = False
    ordering = ("position", "pk")
    show_change_link = True
    sellers_may_change = True
    sellers_may_add = True


# The base classes of modeltranslation have incompatible types.
class ImageInline(  # type: ignore[misc]
    SellerOwned[ProductImage], TranslationTabularInline[ProductImage, Product]
):
    model = ProductImage
    form = ImageForm
    formset = ImageFormSet
    fields = ("thumbnail", "picture", "shows", "alt", "position")
    readonly_fields = ("thumbnail",)
    ordering = ("position", "pk")
    extra = 0
    sellers_may_change = True
    sellers_may_add = True

    class Media:
        js = (Script("js/admin-order.js", defer=True),)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "picture":
            kwargs["form_class"] = PictureField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Users who may change a product may delete its pictures."""
        return self.has_change_permission(request, obj)

    @admin.display(description=_("shows"))
    def shows(self, image: ProductImage) -> str:
        """For users without change permission."""
        return str(image.variant or shown_by(image).replace("=", ": ") or _("all variants"))

    @admin.display(description=_("preview"))
    def thumbnail(self, image: ProductImage) -> str:
        if not image.picture:
            return ""
        name = str(image.picture.name)
        if _THUMBNAIL in image.rendition_widths:
            name = rendition_name(name, _THUMBNAIL, "webp")
        url = image.picture.storage.url(name)
        return format_html('<img class="thumb" src="{}" alt="" loading="lazy">', url)


class ComponentInline(ReachableSelects[Any], admin.TabularInline[BundleComponent, Product]):
    model = BundleComponent
    autocomplete_fields = ("variant",)
    extra = 0


@admin.register(Product)
class ProductAdmin(
    BulkAdmin[Product], SellerOwnedAdmin[Product], ParentAdmin[Product], TranslationAdmin[Product]
):
    """Products. Prices and stock belong to their variants."""

    form = ProductForm
    list_display = (
        "name",
        "sku",
        "category",
        "seller",
        "price_from",
        badge("availability", _("availability")),
        "published_at",
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
    actions = ("change_prices", "activate", "deactivate", "pause_sales", "resume_sales")
    sellers_may_change = True
    sellers_may_add = True
    hidden_from_sellers = ("seller",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "sku", "description")}),
        (_("Place"), {"fields": ("category", "seller", "kind", "published_at", "language")}),
        (_("Price"), {"fields": ("base_price", "confirm_price", "tax_class", "purchase_limit")}),
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
        (_("Pictures"), {"fields": ("new_pictures",)}),
    )

    def variants_of(self, rows: QuerySet[Product]) -> QuerySet[Variant]:
        return Variant.objects.filter(product__in=rows)

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> Any:
        """Sellers change neither the seller nor whether sales are paused."""
        fields = super().get_readonly_fields(request, obj)
        return fields if self.sees_all(request) else (*fields, "seller", "sales_paused")

    def get_inlines(self, request: HttpRequest, obj: Product | None) -> Any:
        has_room = obj is None or obj.variants.count() <= MAX_ROWS
        return [each for each in self.inlines if has_room or each is not VariantInline]

    def get_urls(self) -> list[URLPattern]:
        options = self.admin_site.admin_view(self.make_variants)
        duplicate = self.admin_site.admin_view(self.duplicate)
        return [
            path("<uuid:object_id>/variants/", options, name="catalog_product_variants"),
            path("<uuid:object_id>/duplicate/", duplicate, name="catalog_product_duplicate"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        product: Product | None = context.get("original")
        if product is not None:
            count = product.variants.count()
            context |= {"variant_count": count, "variants_elsewhere": count > MAX_ROWS}
            context["obstacles"] = obstacles(product)
        return super().render_change_form(request, context, *args, **kwargs)

    def view_on_site(self, obj: Product) -> str | None:
        """Hidden products have no page."""
        is_shown = obj.is_active and obj.category.is_active and obj.category.family.is_active
        return reverse("storefront:product", args=[obj.slug]) if is_shown else None

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"sku": services.free_sku(), **super().get_changeform_initial_data(request)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        files = form.cleaned_data.get("new_pictures") or []
        for name, refusal in services.add_pictures(form.instance.pk, files) if files else ():
            self.message_user(request, f"{name}: {refusal}", messages.ERROR)

    def make_variants(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The page that creates variants from options."""
        product = self._own(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": product,
            "title": product.name,
        }
        return options_page.page(request, product, context)

    @method_decorator(require_POST)
    def duplicate(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Create a copy and open it."""
        copy = services.duplicate(self._own(request, object_id).pk)
        text = _("This is the copy. It is not active yet, and has no stock.")
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:catalog_product_change", args=[copy.pk]))

    def _own(self, request: HttpRequest, product_id: UUID) -> Product:
        """The product, if the user may change it."""
        product: Product = get_object_or_404(self.get_queryset(request), pk=product_id)
        if not self.has_change_permission(request, product):
            raise PermissionDenied
        return product

    def has_pause_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.change_product")

    @admin.action(description=_("Pause sales of the selected products"), permissions=["pause"])
    @asked_before
    def pause_sales(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        services.pause_sales(queryset, is_paused=True)

    @admin.action(description=_("Resume sales of the selected products"), permissions=["pause"])
    @asked_before
    def resume_sales(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        services.pause_sales(queryset, is_paused=False)
