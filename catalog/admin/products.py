from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import DateTimeField, FileInput, Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from accounts.selectors import seller_of
from accounts.seller_admin import SellerOwned, SellerOwnedAdmin, person
from catalog import services
from catalog.admin import offers, product_page
from catalog.admin.bulk import BulkAdmin
from catalog.admin.product_forms import (
    ImageForm,
    ImageFormSet,
    ProductForm,
    VariantFormSet,
    VariantRowForm,
    shown_by,
)
from catalog.admin.product_list import ProductList
from catalog.admin.stock_on_page import HasStock, NewUnits
from catalog.admin.variant_grid import MAX_ROWS, moment_input, price_input
from catalog.models import BundleComponent, Product, ProductImage, ProductKind, Variant
from core.admin.base import ParentAdmin, ReachableSelects
from core.admin.bulk import asked_before
from core.admin.pages import own_page
from core.exceptions import DomainError
from core.web.forms import AmountField
from core.web.picture_fields import PictureField

# The button that shows the variants of the options that are typed, and saves nothing.
PREVIEW = "_preview"


class VariantInline(SellerOwned[Variant], admin.TabularInline[Variant, Product]):
    """The variants that are there; the grid of the page adds others from options."""

    model = Variant
    form = VariantRowForm
    formset = VariantFormSet
    fields = ("sku", "price_modifier", "sale_price", "is_active")
    # The variant's own page explains why it cannot be deleted.
    can_delete = False
    ordering = ("position", "pk")
    sellers_may_change = True

    def has_add_permission(self, request: HttpRequest, *row: Any) -> bool:
        return False

    def get_formset(
        self, request: HttpRequest, obj: Product | None = None, **kwargs: Any
    ) -> type[VariantFormSet]:
        """With the stock of the product."""
        made = super().get_formset(request, obj, **kwargs)
        formset = cast("type[VariantFormSet]", made)
        if obj is not None:
            formset.places = HasStock.stock.places(obj.seller_id)
            formset.shelves = HasStock.stock.shelves(obj.pk)
            formset.may_correct = HasStock.stock.may_correct(request)
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in {"price_modifier", "sale_price"}:
            kwargs |= {"form_class": AmountField, "widget": price_input()}
        return super().formfield_for_dbfield(db_field, request, **kwargs)


# The base classes of modeltranslation have incompatible types.
class ImageInline(  # type: ignore[misc]
    SellerOwned[ProductImage], TranslationTabularInline[ProductImage, Product]
):
    model = ProductImage
    form = ImageForm
    formset = ImageFormSet
    fields = ("picture", "shows", "alt", "position")
    ordering = ("position", "pk")
    extra = 0
    sellers_may_change = True
    sellers_may_add = True

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "picture":
            kwargs |= {"form_class": PictureField, "widget": FileInput, "label": _("Replace")}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Users who may change a product may delete its pictures."""
        return self.has_change_permission(request, obj)

    @admin.display(description=_("shows"))
    def shows(self, image: ProductImage) -> str:
        """For users without change permission."""
        return str(image.variant or shown_by(image).replace("=", ": ") or _("all variants"))


class ComponentInline(ReachableSelects[Any], admin.TabularInline[BundleComponent, Product]):
    model = BundleComponent
    autocomplete_fields = ("variant",)
    extra = 0


@admin.register(Product)
class ProductAdmin(
    ProductList,
    BulkAdmin[Product],
    SellerOwnedAdmin[Product],
    ParentAdmin[Product],
    TranslationAdmin[Product],
):
    """Products, with their variants, prices, stock and pictures on one page."""

    form = ProductForm
    list_filter = ("is_active", "availability", "kind", "seller", "category__family")
    search_fields = ("name", "sku", "slug", "variants__sku")
    ordering = ("name",)
    autocomplete_fields = ("category", "seller")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (VariantInline, ImageInline, ComponentInline)
    actions = ("change_prices", "activate", "deactivate", "pause_sales", "resume_sales")
    sellers_may_change = True
    sellers_may_add = True
    hidden_from_sellers = ("seller",)
    fieldsets = (
        (_("Texts"), {"fields": ("name", "description"), "classes": ("texts",)}),
        (
            _("Price"),
            {"fields": ("base_price", "confirm_price"), "classes": ("price",)},
        ),
        (
            _("In the shop"),
            {"fields": ("is_active", "sales_paused", "published_at"), "classes": ("side", "state")},
        ),
        (
            _("Category and brand"),
            {"fields": ("category", "brand", "seller"), "classes": ("side", "place")},
        ),
        (
            _("Search engines"),
            {"fields": ("slug", "seo_title", "seo_description"), "classes": ("seo",)},
        ),
        (
            _("More details"),
            {
                "fields": ("sku", "kind", "purchase_limit", "tax_class", "language"),
                "classes": ("collapse", "side", "more"),
            },
        ),
        (
            _("Add pictures"),
            {"fields": ("new_pictures", "new_pictures_show"), "classes": ("uploads",)},
        ),
    )

    class Media:
        js = (
            Script("js/admin-product.js", type="module"),
            Script("js/admin-seo.js", type="module"),
        )

    def variants_of(self, rows: QuerySet[Product]) -> QuerySet[Variant]:
        return Variant.objects.filter(product__in=rows)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("category__family", "seller")

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> Any:
        """Sellers change neither the seller nor whether sales are paused."""
        fields = super().get_readonly_fields(request, obj)
        return fields if self.sees_all(request) else (*fields, "seller", "sales_paused")

    def get_inlines(self, request: HttpRequest, obj: Product | None) -> Any:
        """Rows of a saved product, unless there are too many; parts of a bundle alone."""
        left_out: set[Any] = set()
        if obj is None or obj.variants.count() > MAX_ROWS:
            left_out.add(VariantInline)
        if obj is None or obj.kind != ProductKind.BUNDLE:
            left_out.add(ComponentInline)
        return [each for each in self.inlines if each not in left_out]

    def get_form(
        self, request: HttpRequest, obj: Product | None = None, *args: Any, **kwargs: Any
    ) -> type[ProductForm]:
        """The form of this request: with the warehouses of the seller that is chosen."""
        form = cast("type[ProductForm]", super().get_form(request, obj, *args, **kwargs))
        if self.stock.may_correct(request):
            form.places = self.stock.places(self._seller_id(request, obj))
        form.is_preview = PREVIEW in request.POST
        return form

    def _seller_id(self, request: HttpRequest, product: Product | None) -> UUID:
        with suppress(ValueError):
            if self.sees_all(request) and (sent := request.POST.get("seller")):
                return UUID(sent)
        return product.seller_id if product else seller_of(person(request)).pk

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "base_price":
            kwargs |= {"form_class": AmountField, "widget": price_input()}
        if db_field.name == "published_at":
            kwargs |= {"form_class": DateTimeField, "widget": moment_input()}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        product: Product | None = context.get("original")
        may_edit = product is None or self.has_change_permission(request, product)
        context |= product_page.parts(request, context, self.stock, may_edit=may_edit)
        context["shop_page"] = self.view_on_site(product) if product else None
        # Save stays on the page, so there is no other button for that.
        context |= {"show_save_and_continue": False, "show_save_and_add_another": product is None}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("Brand"))
    def brand(self, product: Product) -> str:
        """For users without change permission."""
        names = product.variants.exclude(brand=None).values_list("brand__name", flat=True)
        return ", ".join(sorted(set(names)))

    def view_on_site(self, obj: Product) -> str | None:
        """Hidden products have no page."""
        is_shown = obj.is_active and obj.category.is_active and obj.category.family.is_active
        return reverse("storefront:product", args=[obj.slug]) if is_shown else None

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        proposed = {"sku": services.free_sku(), "seller": seller_of(person(request)).pk}
        return {**proposed, **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Of the page, and of a row in the list, which has no attributes."""
        facts = getattr(form, "facts", None)
        if facts:
            facts.write(obj.attributes, obj.specifications)
        super().save_model(request, obj, form, change)
        if change and facts and facts.has_changed():
            obj.save(update_fields=["attributes", "specifications"])

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Offers with a window are planned; their rows keep the price until then."""
        window = form.grid.for_all.window
        planned = offers.planned_offers(formset, window) if formset.model is Variant else {}
        super().save_formset(request, form, formset, change)
        self._tell(request, offers.schedule(planned, window))
        if formset.model is Variant:
            rows = formset.initial_forms
            units = [each for row in rows for each in row.new_units(formset.places)]
            self._correct(request, units, form)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Of the page, and of a row in the list, which has columns alone."""
        super().save_related(request, form, formsets, change)
        if isinstance(form, ProductForm):
            self._add_variants(request, form)
            if "brand" in form.changed_data:
                form.instance.variants.update(brand=form.cleaned_data["brand"])
            self._add_pictures(request, form)

    def _add_variants(self, request: HttpRequest, form: ProductForm) -> None:
        product, grid = form.instance, form.grid
        try:
            is_confirmed = bool(form.cleaned_data.get("confirm_price"))
            units = grid.create(product, confirmed=is_confirmed)
        except DomainError as refusal:
            self._tell(request, [str(refusal)])
        else:
            self._correct(request, units, form)
            self._tell(request, offers.schedule(grid.offers, grid.for_all.window))

    def _correct(self, request: HttpRequest, units: Sequence[NewUnits], form: Any) -> None:
        note = form.grid.for_all.cleaned_data["reason"] or gettext("Stock of a new variant")
        self._tell(request, self.stock.correct(units, note=note, actor_id=person(request).pk))

    def _add_pictures(self, request: HttpRequest, form: Any) -> None:
        files = form.cleaned_data.get("new_pictures") or []
        shows = form.cleaned_data.get("new_pictures_show", "")
        refused = services.add_pictures(form.instance.pk, files, shows=shows) if files else ()
        self._tell(request, [f"{name}: {refusal}" for name, refusal in refused])

    def _tell(self, request: HttpRequest, refusals: Sequence[str]) -> None:
        for refusal in refusals:
            self.message_user(request, refusal, messages.ERROR)

    def response_post_save_add(self, request: HttpRequest, obj: Product) -> HttpResponseRedirect:
        return self._back_to(obj)

    def response_post_save_change(self, request: HttpRequest, obj: Product) -> HttpResponseRedirect:
        return self._back_to(obj)

    def _back_to(self, product: Product) -> HttpResponseRedirect:
        """The page again: it says what is missing still."""
        return HttpResponseRedirect(reverse("admin:catalog_product_change", args=[product.pk]))

    @own_page("<uuid:object_id>/duplicate/", "catalog_product_duplicate", only_post=True)
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
