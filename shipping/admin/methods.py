from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from accounts.districts import name_of, prefix_of
from core.admin.base import ParentAdmin, ReachableSelects, StaffAdmin
from shipping.admin.rates import RatePages
from shipping.models import Carrier, ShippingMethod, ShippingRate, Zone

# Django takes a thousand fields with a form, and eleven for each rate.
MAX_INLINE = 40
MAX_PLACES = 12


@admin.register(Carrier)
class CarrierAdmin(StaffAdmin[Carrier]):
    list_display = ("name", "code", "volume_divisor", "works_saturdays", "is_active")
    ordering = ("name",)
    search_fields = ("name",)


class ZoneForm(forms.ModelForm[Zone]):
    """A zone whose places are typed by their names or by their digits."""

    ubigeo_prefixes = SimpleArrayField(
        forms.CharField(max_length=100),
        label=capfirst(_("ubigeo prefixes")),
        required=False,
        help_text=_("Names or digits, with commas between: “Cusco, 1501” is Cusco and Lima."),
    )

    def clean_ubigeo_prefixes(self) -> list[str]:
        """:raises ValidationError: with the names that are no place, or that of several"""
        found = [prefix_of(name.strip()) for name in self.cleaned_data["ubigeo_prefixes"]]
        if unknown := [name for name in found if not name.isdecimal()]:
            text = _("Write the digits of: %(names)s. No place is called that, or several are.")
            raise forms.ValidationError(text % {"names": ", ".join(unknown)})
        return found


@admin.register(Zone)
class ZoneAdmin(StaffAdmin[Zone]):
    form = ZoneForm
    list_display = ("name", "country", "places")
    ordering = ("name", "pk")
    search_fields = ("name",)
    readonly_fields = ("places",)

    @admin.display(description=_("places"))
    def places(self, zone: Zone) -> str:
        """What the digits mean; the first few of a long list."""
        names = [*map(name_of, zone.ubigeo_prefixes[:MAX_PLACES]), *zone.regions[:MAX_PLACES]]
        more = "…" if len(zone.ubigeo_prefixes) > MAX_PLACES else ""
        return f"{', '.join(names)}{more}" or str(_("the whole country"))


class RateInline(ReachableSelects[Any], admin.TabularInline[ShippingRate, ShippingMethod]):
    model = ShippingRate
    extra = 0


@admin.register(ShippingRate)
class ShippingRateAdmin(StaffAdmin[ShippingRate]):
    """Rate tables of all methods; long ones can only be edited as files."""

    list_display = (
        "method",
        "zone",
        "min_weight_kg",
        "max_weight_kg",
        "min_amount",
        "max_amount",
        "price",
        "price_per_kg",
        "days_min",
        "days_max",
    )
    list_display_links = ("method", "zone")
    list_filter = ("method",)
    list_select_related = ("method", "zone")
    search_fields = ("zone__name",)
    ordering = ("method__position", "method__code", "zone__name", "min_weight_kg", "pk")
    autocomplete_fields = ("zone",)


@admin.register(ShippingMethod)
class ShippingMethodAdmin(RatePages, ParentAdmin[ShippingMethod], TranslationAdmin[ShippingMethod]):
    """The ways to get an order, with their rates by zone and weight."""

    list_display = ("name", "kind", "carrier", "free_over", "position", "is_active")
    list_select_related = ("carrier",)
    search_fields = ("name", "code")
    inlines = (RateInline,)

    def get_inlines(self, request: HttpRequest, obj: ShippingMethod | None) -> Any:
        """A long table has its own list, and comes as a file."""
        if obj and obj.rates.count() > MAX_INLINE:
            return ()
        return super().get_inlines(request, obj)
