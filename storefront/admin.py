from typing import Any, cast
from uuid import UUID

from constance.admin import Config
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import PermissionDenied
from django.db.models import ImageField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from modeltranslation.admin import TranslationAdmin

from core.admin.base import (
    CLEAN_PICTURES,
    ModelT,
    ParentAdmin,
    ReachableSelects,
    ShownAtOnce,
)
from core.admin.pages import own_page
from core.web.picture_fields import IconField, LogoField
from storefront import curated, icons, stories, text_pages
from storefront.look_page import look, may_change, preview
from storefront.models import Banner, HomeBlock, Hotspot, Logo, MenuItem, Page, Story
from storefront.settings_admin import SettingsAdmin

# The menu calls it what the page does; django-constance has another word.
Config._meta.verbose_name_plural = _("settings")
admin.site.unregister([Config])
admin.site.register([Config], SettingsAdmin)


class PreviewedAdmin(ShownAtOnce[ModelT]):
    """What people look at as the shop shows it, or will, before others see it."""

    def as_shown(self, request: HttpRequest, row: ModelT) -> HttpResponse:
        raise NotImplementedError

    @own_page("<uuid:object_id>/preview/", "{model}_preview")
    def preview(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return self.as_shown(request, row)

    @admin.display(description=_("looks"))
    def look(self, row: ModelT) -> str:
        address = reverse(f"admin:storefront_{self.opts.model_name}_preview", args=[row.pk])
        return format_html('<a href="{}">{}</a>', address, _("Preview"))


@admin.register(Banner)
class BannerAdmin(PreviewedAdmin[Banner], TranslationAdmin[Banner]):
    """The slides of the home page."""

    list_display = ("title", "look", "is_shown", "starts_at", "ends_at", "position", "is_active")
    list_editable = ("position", "is_active")
    list_filter = ("is_active",)
    ordering = ("position", "pk")
    search_fields = ("title",)
    formfield_overrides = CLEAN_PICTURES
    fieldsets = (
        (None, {"fields": ("title", "subtitle", "button", "target_url")}),
        (_("Pictures"), {"fields": ("desktop_image", "mobile_image", "scheme", "text_place")}),
        (_("When"), {"fields": ("starts_at", "ends_at", "position", "is_active")}),
    )

    def as_shown(self, request: HttpRequest, row: Banner) -> HttpResponse:
        context = {"banners": curated.slides([row]), "banner": row}
        return render(request, "storefront/banner_preview.html", context)

    @admin.display(description=_("state"))
    def is_shown(self, row: Banner) -> StrOrPromise:
        now = timezone.now()
        if not row.is_active:
            return _("hidden")
        if row.starts_at and row.starts_at > now:
            return _("to come")
        return _("over") if row.ends_at and row.ends_at <= now else _("in the shop")


class HotspotInline(ReachableSelects[Any], admin.TabularInline[Hotspot, Story]):
    model = Hotspot
    fields = ("product", "x", "y")
    autocomplete_fields = ("product",)
    extra = 1


@admin.register(Story)
class StoryAdmin(PreviewedAdmin[Story], ParentAdmin[Story], TranslationAdmin[Story]):
    """Rooms and looks on the home page; hotspots lead to what is in the picture."""

    list_display = ("title", "look", "position", "is_active")
    list_editable = ("position", "is_active")
    list_filter = ("is_active",)
    ordering = ("position", "pk")
    search_fields = ("title",)
    formfield_overrides = CLEAN_PICTURES
    fields = ("title", "text", "button", "target_url", "picture", "scheme", "position", "is_active")
    inlines = (HotspotInline,)

    def as_shown(self, request: HttpRequest, row: Story) -> HttpResponse:
        context = {"contents": stories.story_cards([row]), "story": row, "title": row.title}
        return render(request, "storefront/story_preview.html", context)


@admin.register(Page)
class PageAdmin(PreviewedAdmin[Page], TranslationAdmin[Page]):
    """Text pages, for example the returns policy."""

    list_display = ("title", "look", "kind", "slug", "is_active", "updated_at")
    list_filter = ("kind", "is_active")
    ordering = ("title",)
    search_fields = ("title", "slug")
    prepopulated_fields = {"slug": ("title",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Page | None = None) -> tuple[str, ...]:
        return ("look",) if obj else ()

    def view_on_site(self, obj: Page) -> str:
        return reverse("storefront:page", args=[obj.slug])

    def as_shown(self, request: HttpRequest, row: Page) -> HttpResponse:
        return render(request, "storefront/page.html", text_pages.context(row))

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        written = _(
            "An empty line parts paragraphs. # Heading, - list, **bold**, [words](/kits/) for a"
            " link, | for tables. HTML is shown as it is written."
        )
        kwargs["help_texts"] = {"body_es": written, "body_en": written}
        return super().get_form(*args, **kwargs)


@admin.register(MenuItem)
class MenuItemAdmin(ShownAtOnce[MenuItem], ParentAdmin[MenuItem], TranslationAdmin[MenuItem]):
    """The links in the header and the footer. Each leads to one place."""

    list_display = ("label", "place", "leads_to", "position", "is_active")
    list_editable = ("position", "is_active")
    list_select_related = ("page", "category", "collection")
    list_filter = ("place", "is_active")
    ordering = ("place", "position", "pk")
    search_fields = ("label",)
    autocomplete_fields = ("page", "category", "collection")
    fieldsets = (
        (None, {"fields": ("label", "place", "position", "is_active")}),
        (_("Leads to one of these"), {"fields": ("page", "category", "collection", "target_url")}),
    )

    @admin.display(description=_("leads to"))
    def leads_to(self, row: MenuItem) -> str:
        return str(row.page or row.category or row.collection or row.target_url)


@admin.register(HomeBlock)
class HomeBlockAdmin(ShownAtOnce[HomeBlock], TranslationAdmin[HomeBlock]):
    """What the home page shows, from top to bottom."""

    list_display = ("__str__", "kind", "position", "is_active")
    list_editable = ("position", "is_active")
    list_select_related = ("collection",)
    list_filter = ("is_active",)
    ordering = ("position", "pk")
    autocomplete_fields = ("collection",)
    fields = ("kind", "collection", "title", "position", "is_active")


@admin.register(Logo)
class LogoAdmin(ShownAtOnce[Logo]):
    """The sign in the head of every page. Its list is the page of the whole look."""

    list_display = ("__str__", "updated_at")
    formfield_overrides = {ImageField: {"form_class": LogoField, "widget": AdminFileWidget}}
    fields = ("picture", "dark_picture", "icon")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "icon":
            kwargs["form_class"] = IconField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Logo.objects.exists()

    def get_urls(self) -> list[URLPattern]:
        shown = self.admin_site.admin_view(preview)
        return [path("preview/", shown, name="storefront_look_preview"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The look for those who may change the settings, the logo for the others."""
        if may_change(request):
            return cast("HttpResponse", look(request))
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Logo, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        icons.draw()

    def delete_model(self, request: HttpRequest, obj: Logo) -> None:
        super().delete_model(request, obj)
        icons.draw()
