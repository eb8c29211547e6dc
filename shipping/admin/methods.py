from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from accounts.districts import below, name_of, path_of, prefix_of
from core.admin.base import ParentAdmin, ReachableSelects, StaffAdmin
from shipping.admin.rates import RatePages
from shipping.models import Carrier, ShippingMethod, ShippingRate, Zone

# Django takes a thousand fields with a form, and eleven for each rate.
MAX_INLINE = 40
MAX_PLACES = 12
# The digits of one.
DEPARTMENT = 2


@admin.register(Carrier)
class CarrierAdmin(StaffAdmin[Carrier]):
    list_display = ("name", "code", "volume_divisor", "works_saturdays", "is_active")
    ordering = ("name",)
    search_fields = ("name",)


class PlacesField(SimpleArrayField):
    """Provinces and districts, shown and typed by their names."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(path_of, value)) if isinstance(value, list) else value


class ZoneForm(forms.ModelForm[Zone]):
    """A zone whose departments are ticked, and whose other places are typed by their names."""

    departments = forms.MultipleChoiceField(
        label=_("Whole departments"),
        choices=below,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ubigeo_prefixes = PlacesField(
        forms.CharField(max_length=150),
        label=_("Provinces and districts"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_(
            "Names with commas between: “Arequipa / Caylloma” is a province, “Lima / Lima / "
            "Miraflores” a district. A name that only one place has is enough."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.instance.ubigeo_prefixes
        self.initial["departments"] = [each for each in known if len(each) == DEPARTMENT]
        self.initial["ubigeo_prefixes"] = [each for each in known if len(each) != DEPARTMENT]

    def clean_ubigeo_prefixes(self) -> list[str]:
        """:raises ValidationError: with the names that are no place, or that of several"""
        found = [prefix_of(name.strip()) for name in self.cleaned_data["ubigeo_prefixes"]]
        if unknown := [name for name in found if not name.isdecimal()]:
            text = _("No place is called %(names)s, or several are: write the path to it.")
            raise forms.ValidationError(text % {"names": ", ".join(unknown)})
        ticked = self.cleaned_data.get("departments", [])
        return list(dict.fromkeys([*ticked, *found]))


@admin.register(Zone)
class ZoneAdmin(StaffAdmin[Zone]):
    form = ZoneForm
    fields = ("name", "country", "departments", "ubigeo_prefixes", "regions", "places")
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
