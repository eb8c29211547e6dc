from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from modeltranslation.admin import TranslationAdmin

from catalog import services
from catalog.admin.bulk import tell_active
from catalog.admin.category_forms import (
    CategoryForm,
    FamilyForm,
    MergeBrandsForm,
    MergeCategoriesForm,
    MoveForm,
    place_of,
)
from catalog.admin.merging import MergeAdmin
from catalog.models import Brand, Category, Family
from catalog.models.category import TREE_ORDER
from catalog.selectors.staff import StaffCategoryTree
from core.admin.base import CLEAN_PICTURES, ShownAtOnce, StaffAdmin
from core.admin.bulk import asked_before
from core.admin.pages import own_page
from core.caching.values import invalidate_cached


@admin.register(Family)
class FamilyAdmin(ShownAtOnce[Family], TranslationAdmin[Family]):
    """The departments of the shop. One needs a category before it can be active."""

    form = FamilyForm
    formfield_overrides = CLEAN_PICTURES
    list_display = ("name", "slug", "position", "is_active")
    list_editable = ("position",)
    ordering = ("position", "name")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def view_on_site(self, obj: Family) -> str:
        return reverse("storefront:family", args=[obj.slug])


class CategoryList(ChangeList):
    """The category tree, with the path and the number of products of each row."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        if ORDER_VAR in self.params:
            return super().get_ordering(request, queryset)
        return [*TREE_ORDER]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        tree = StaffCategoryTree()
        is_whole = not self.query and not self.params
        for row in self.result_list:
            row.shown_depth = row.tree_depth if is_whole else 0
            row.shown_path = "" if is_whole else path_of(row, tree)
            row.products_here = tree.products(row.pk)
            row.products_below = tree.products_with_below(row.pk)


@admin.register(Category)
class CategoryAdmin(MergeAdmin[Category], ShownAtOnce[Category], TranslationAdmin[Category]):
    """The categories of each family, at any depth."""

    form = CategoryForm
    formfield_overrides = CLEAN_PICTURES
    list_display = ("branch", "family", "product_count", "position", "is_active", "to_do")
    list_editable = ("position", "is_active")
    list_filter = ("family", "is_active")
    list_per_page = 200
    ordering = ("family__position", "name")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    actions = ("move_selected", "merge_selected", "activate", "deactivate")
    fieldsets = (
        (None, {"fields": ("name", "slug", "place", "position", "is_active")}),
        (_("Looks"), {"fields": ("description", "icon", "picture")}),
        (_("Sizes"), {"fields": ("size_guide",)}),
        (_("Search engines"), {"fields": ("seo_title", "seo_description")}),
    )
    change_form_template = "admin/catalog/category/change_form.html"
    merge_form = MergeCategoriesForm
    merge_help = _(
        "Products, promotions, commissions and subcategories move along. Subcategories of the "
        "same name are merged. Old addresses redirect to the new place. This cannot be undone."
    )

    class Media:
        js = (Script("js/admin-seo.js", type="module"),)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["address"] = settings.SITE_URL + reverse("storefront:category", args=["-"])[:-2]
        return super().render_change_form(request, context, *args, **kwargs)

    def view_on_site(self, obj: Category) -> str:
        return reverse("storefront:category", args=[obj.slug])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        rows: QuerySet[Category] = Category.objects.in_tree_order()
        return rows

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CategoryList

    @admin.display(description=_("name"), ordering="name")
    def branch(self, row: Any) -> str:
        if row.shown_path:
            return format_html('{}<br><span class="quiet">{}</span>', row.name, row.shown_path)
        return format_html('<span data-depth="{}">{}</span>', row.shown_depth, row.name)

    @admin.display(description=_("Lies below"))
    def place(self, row: Category) -> str:
        """Shown instead of the form field to users without the right to change it."""
        return path_of(row, StaffCategoryTree())

    @admin.display(description=_("products"))
    def product_count(self, row: Any) -> str:
        if row.products_below == row.products_here:
            return str(row.products_here)
        text = _("%(here)s, with below %(all)s")
        return text % {"here": row.products_here, "all": row.products_below}

    @admin.display(description=_("Next step"))
    def to_do(self, row: Category) -> str:
        add = f"{reverse('admin:catalog_category_add')}?place={place_of(row)}"
        move, merge = (f"{page}/?id={row.pk}" for page in ("move", "merge"))
        links = ((add, _("Add below")), (move, _("Move")), (merge, _("Merge")))
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a> · <a href="{}">{}</a>',
            *(each for link in links for each in link),
        )

    @admin.action(description=_("Move below another one…"), permissions=["change"])
    def move_selected(self, request: HttpRequest, queryset: QuerySet[Category]) -> HttpResponse:
        return self.ask("move", queryset)

    @own_page("move/", "catalog_category_move", needs="change")
    def move(self, request: HttpRequest) -> HttpResponse:
        """Ask for the new parent of the selected categories, then move them."""
        rows = self.chosen(request)
        form = MoveForm(request.POST or None, rows=rows)
        context = {
            "title": _("Move"),
            "help": _("Everything below moves along. Addresses stay as they are."),
        }

        def act() -> None:
            place = form.cleaned_data["place"]
            services.move_categories([row.pk for row in rows], to=place)
            for row in rows:
                self.log_change(request, row, str(_("Moved below “%s”.") % place))

        return self.answer(request, form, rows, act, _("They are below “%(place)s” now."), context)

    def merge_rows(self, rows: Sequence[Category], into: Category) -> None:
        services.merge_categories([row.pk for row in rows], into=into.pk)

    def deletion_refusals(self, rows: Sequence[Category]) -> list[StrOrPromise]:
        text = _("The active family “%(name)s” has no other category: deactivate it first.")
        empty = services.families_left_empty([row.pk for row in rows])
        return [
            *super().deletion_refusals(rows),
            *(text % {"name": family.name} for family in empty),
        ]

    def described(self, rows: Sequence[Category]) -> list[dict[str, Any]]:
        tree = StaffCategoryTree()
        return [
            {
                "name": row.name,
                "path": path_of(row, tree),
                "products": tree.products_with_below(row.pk),
            }
            for row in rows
        ]

    @admin.action(description=_("Show in the shop"), permissions=["change"])
    @asked_before
    def activate(self, request: HttpRequest, queryset: QuerySet[Category]) -> None:
        self._open(request, queryset, is_active=True)

    @admin.action(description=_("Hide from the shop"), permissions=["change"])
    @asked_before
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Category]) -> None:
        self._open(request, queryset, is_active=False)

    def _open(self, request: HttpRequest, rows: QuerySet[Category], *, is_active: bool) -> None:
        chosen = Category.objects.filter(pk__in=rows.values("pk"))
        changed = services.set_active(chosen, is_active=is_active)
        invalidate_cached()
        tell_active(request, self, changed, is_active=is_active)


def path_of(row: Category, tree: StaffCategoryTree) -> str:
    """The path of a category: its family and its ancestors."""
    return " / ".join([row.family.name, *(each.name for each in tree.above(row.pk))])


@admin.register(Brand)
class BrandAdmin(MergeAdmin[Brand], StaffAdmin[Brand], TranslationAdmin[Brand]):
    """The brands of the products."""

    list_display = ("name", "country", "is_active")
    formfield_overrides = CLEAN_PICTURES
    list_filter = ("is_active",)
    ordering = ("name",)
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    actions = ("merge_selected",)
    merge_form = MergeBrandsForm
    merge_help = _(
        "Variants and promotions move along. Old addresses redirect to the new one. This cannot "
        "be undone."
    )

    def view_on_site(self, obj: Brand) -> str:
        return reverse("storefront:brand", args=[obj.slug])

    def merge_rows(self, rows: Sequence[Brand], into: Brand) -> None:
        services.merge_brands([row.pk for row in rows], into=into.pk)
