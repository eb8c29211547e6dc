import re
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Variant
from core.forms import AddressForm
from inventory.models import MovementKind, Transfer, Warehouse

MOST_UNITS = 1_000_000
_LINE = re.compile(r"(?P<sku>\S.*?)[\s;,]+(?P<units>[0-9]{1,9})")


class SignUpForm(AddressForm):
    """Who wants to hear of it when a sold-out variant is back."""

    v = forms.CharField(widget=forms.HiddenInput, max_length=120)


class UnitsField(forms.CharField):
    """Units of variants, a line each: SKU, blank, units. Two columns of a sheet can be pasted."""

    def __init__(self, **kwargs: Any) -> None:
        widget = AdminTextareaWidget(attrs={"rows": 12, "spellcheck": "false"})
        kwargs.setdefault("label", _("Units"))
        self.variants = Variant.objects.all()
        help_text = _("One line each: the SKU and the units, such as “SOFA-GRIS 12”.")
        super().__init__(widget=widget, help_text=help_text, **kwargs)

    def clean(self, value: Any) -> dict[UUID, int]:
        """The units by variant. At most one query."""
        units: dict[str, int] = {}
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            found = _LINE.fullmatch(line)
            if found is None:
                raise forms.ValidationError(
                    _("“%(line)s” is not a SKU and a whole number."), params={"line": line[:80]}
                )
            if found["sku"] in units:
                raise forms.ValidationError(
                    _("%(sku)s stands there twice."), params={"sku": found["sku"]}
                )
            units[found["sku"]] = int(found["units"])
        keys = dict(self.variants.filter(sku__in=units).values_list("sku", "pk"))
        if unknown := units.keys() - keys.keys():
            raise forms.ValidationError(
                _("There is no variant %(skus)s."), params={"skus": ", ".join(sorted(unknown)[:9])}
            )
        return {keys[sku]: number for sku, number in units.items()}


class UnitsForm(forms.Form):
    """What was counted, or what has arrived, of what the person may see."""

    units = UnitsField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("UnitsField", self.fields["units"]).variants = Variant.objects.for_user(user)


class TransferForm(forms.ModelForm[Transfer]):
    """What is to go from one warehouse to another. The page says whose goods `variants` are."""

    units = UnitsField()
    variants = Variant.objects.all()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("UnitsField", self.fields["units"]).variants = self.variants

    class Meta:
        model = Transfer
        fields = ("origin", "destination", "note")

    def clean_units(self) -> dict[UUID, int]:
        units: dict[UUID, int] = self.cleaned_data["units"]
        if not units or min(units.values()) <= 0:
            raise forms.ValidationError(_("At least one unit of each has to go."))
        return units

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("origin") and cleaned.get("origin") == cleaned.get("destination"):
            self.add_error("destination", _("That is where the units are."))
        return cleaned


class ShelvesForm(forms.Form):
    """How many units of each of many variants lie in a warehouse, or more or fewer, and why."""

    warehouse = forms.ModelChoiceField(
        label=_("Warehouse"), queryset=Warehouse.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(
        label=_("What to write"),
        choices=[
            ("difference", _("So many more, or fewer with a minus")),
            ("whole", _("So many lie there")),
        ],
    )
    units = forms.IntegerField(label=_("Units"), min_value=-MOST_UNITS, max_value=MOST_UNITS)
    note = forms.CharField(label=_("Why"), max_length=255, widget=AdminTextInputWidget)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Warehouse.objects.for_user(user).filter(is_active=True).order_by("priority", "code")
        warehouse = cast("forms.ModelChoiceField[Warehouse]", self.fields["warehouse"])
        warehouse.queryset = own
        warehouse.initial = own.first()

    @property
    def is_whole(self) -> bool:
        return bool(self.cleaned_data["kind"] == "whole")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        units = cleaned.get("units")
        if units is not None and units < 0 and cleaned.get("kind") == "whole":
            self.add_error("units", _("Fewer than none cannot lie there."))
        return cleaned


class CorrectionForm(forms.Form):
    """What somebody has found on a shelf, and why."""

    kind = forms.ChoiceField(
        label=_("What has happened"),
        choices=[
            (MovementKind.WRITE_OFF, _("Units are spoilt or lost: write them off")),
            (MovementKind.ADJUSTMENT, _("The number was wrong: correct it by a difference")),
        ],
    )
    units = forms.IntegerField(
        label=_("Units"),
        min_value=-MOST_UNITS,
        max_value=MOST_UNITS,
        help_text=_("A whole number; a difference downwards has a minus."),
    )
    note = forms.CharField(label=_("Why"), max_length=255, widget=AdminTextInputWidget)
    # What the person saw: a form that is sent twice corrects once.
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def clean_kind(self) -> MovementKind:
        return MovementKind(self.cleaned_data["kind"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        units = cleaned.get("units")
        if units == 0:
            self.add_error("units", _("At least one unit has to differ."))
        elif units and units < 0 and cleaned.get("kind") == MovementKind.WRITE_OFF:
            self.add_error("units", _("Write off a number above 0."))
        return cleaned
