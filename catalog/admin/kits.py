from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from catalog.models import Kit, KitItem, Product, ProductKind
from core.admin.base import CLEAN_PICTURES, ParentAdmin, ReachableSelects


class TagsField(forms.CharField):
    """A list of words, edited as text with commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = (word.strip() for word in (value or "").split(","))
        return list(dict.fromkeys(word for word in words if word))


class KitForm(forms.ModelForm[Kit]):
    discount_percent = forms.DecimalField(
        label=_("Discount, %"), min_value=0, max_value=100, decimal_places=2
    )
    style_tags = TagsField(
        label=_("Style tags"), required=False, help_text=_("Words, with commas between.")
    )

    class Meta:
        model = Kit
        fields = "__all__"  # noqa: DJ007 - the admin says which

    def clean_product(self) -> Product | None:
        """:raises ValidationError: if the product has its own variants to sell"""
        product: Product | None = self.cleaned_data["product"]
        if product and product.kind != ProductKind.TEMPLATE:
            raise forms.ValidationError(
                _("Only a product of the kind “kit” lists one. Change its kind, or choose another.")
            )
        return product


class KitItemInline(ReachableSelects[Any], admin.TabularInline[KitItem, Kit]):
    model = KitItem
    fields = ("product", "quantity", "is_optional", "position")
    ordering = ("position", "pk")
    autocomplete_fields = ("product",)
    extra = 0


# The room types of the sample catalogue; a shop may add others.
ROOMS = {
    "home_office": _("home office"),
    "gaming": _("gaming room"),
    "living_room": _("living room"),
    "look": _("outfit"),
}


@admin.register(Kit)
class KitAdmin(ParentAdmin[Kit], TranslationAdmin[Kit]):
    """Rooms and outfits sold together at a discount."""

    form = KitForm
    list_display = ("name", "room", "discount_percent", "position", "is_active")
    list_editable = ("position", "is_active")
    list_filter = ("is_active",)
    formfield_overrides = CLEAN_PICTURES
    ordering = ("name",)
    search_fields = ("name",)
    autocomplete_fields = ("product",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (KitItemInline,)

    @admin.display(description=_("room"), ordering="room_type")
    def room(self, kit: Kit) -> str:
        return str(ROOMS.get(kit.room_type, kit.room_type.replace("_", " ")))

    def view_on_site(self, obj: Kit) -> str:
        return reverse("storefront:kit", args=[obj.slug])
